"""What the words of a language mean, for every stage that reads an article.

Tables of words with their sources, and pure functions that ask them. It imports nothing of ours but the model.
"""
