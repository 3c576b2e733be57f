"""How questions are thought up for one clip, one proposer per family, so that their answers are certain and varied."""
