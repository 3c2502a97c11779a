"""The card app simulator: what デジタル認証アプリ does between a portal and a card, with test cards from a folder."""
