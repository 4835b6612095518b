"""Faces of real scans on MakeHuman's head.

Identities and expressions of the ICT Face Model Light become morph targets of the base mesh hm08:
registration of the two meshes, then every offset at the registered places. `targets.py` runs it.
"""
