"""Jinja2 macros on デジタル庁デザインシステム and what renders them."""
