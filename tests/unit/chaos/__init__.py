"""The verdict of the soak and the wires it breaks: what judges has to be judged, too."""
