"""How long things take, as ratios taken in one run: absolute times drift with the machine."""
