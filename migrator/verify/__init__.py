"""The written project is loaded and compared with what was read."""
