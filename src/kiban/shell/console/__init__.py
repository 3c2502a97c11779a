"""The officers' entrance: inbox, case, decision, counter mode (書かない窓口), statistics."""
