"""In and out: research and archive formats.

Floor 4: may import the store and render.
"""
