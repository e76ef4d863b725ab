"""How mail programs are set up: by hand with the values shown, or by documents that they fetch.

No document says whether an account exists: each is the same for every address of a domain of ours,
and there is none for others.
"""
