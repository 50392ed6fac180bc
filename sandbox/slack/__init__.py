"""A Slack for development: Web API, Socket Mode, signed HTTP and a page, with Slack's real rules.

It is a development tool and not Slack. The product never imports it.
"""
