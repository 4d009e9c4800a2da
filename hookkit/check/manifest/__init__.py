"""Documents of Argo Workflows, anyone's, become findings."""
