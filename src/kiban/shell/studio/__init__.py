"""The service designers' entrance: packs, their check results, previews."""
