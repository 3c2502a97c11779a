"""Link checks (マイナンバー情報総点検) and four-attribute matching (4情報照会)."""
