"""Manifests of Argo Workflows, ours or anyone's, become findings: what Argo would refuse, or fail with later."""
