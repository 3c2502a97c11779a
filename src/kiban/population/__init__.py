"""A synthetic nation (試験用住民基本台帳): deterministic, realistic, any size."""
