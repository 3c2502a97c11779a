"""The ground floor: values, dates, money, codes, text, events, errors, clock; pure, no I/O."""
