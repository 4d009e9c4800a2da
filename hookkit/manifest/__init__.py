"""HookSpec and image reference become the WorkflowTemplate, the platform's descriptor and a JSON Schema."""
