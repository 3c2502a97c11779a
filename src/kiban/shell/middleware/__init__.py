"""What every request passes through: headers, language, refusals."""
