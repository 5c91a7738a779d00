"""
What a new installation begins with: the structure of the site, and demo content to look around in.

The texts are TOML files in this folder; `content` reads them, the other
modules make rows of them. Running them again adds what is missing and never
changes what is there (`publication.is_there` says how a thing is known again).
"""
