"""What people touch in a notebook: the review, progress, and the way to start JupyterLab.

Imported one by one (`recon.widgets.review`): the command line needs no notebook libraries.
"""
