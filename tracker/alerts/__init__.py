"""Who is told, and how: outbox, rules, feeds, webhook, e-mail.

Floor 4: may import the store and render.
"""
