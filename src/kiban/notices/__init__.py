"""Push notices, with a prefilled application inside when there is one (お知らせ)."""
