"""People, administrations, roles, languages and sign-in."""
