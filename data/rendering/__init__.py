"""A simulated clip as a picture: streets and parks drawn from meshes, with the truth of what is to be seen."""
