"""What pyproject.toml cannot say yet: the compiled reading of plain addresses, which an installation can do without."""

from setuptools import Extension, setup

QUICK = "kiban.registries.address.quick"

setup(
    ext_modules=[
        Extension(
            f"{QUICK}.{name}",
            [f"src/{QUICK.replace('.', '/')}/{name}.pyx"],
            # a product and a sum stay two roundings, as in Python: coordinates are the same to the last digit
            extra_compile_args=["-O2", "-g0", "-ffp-contract=off"],
            optional=True,
        )
        for name in ("fold", "places", "read")
    ]
)
