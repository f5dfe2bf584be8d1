"""Acts on the register, each in one transaction: lock, decide, save, leave a step, announce."""
