"""The Web API methods, one module per family; each is a function from a call to its answer."""
