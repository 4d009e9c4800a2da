"""Where Hera's models refuse what Argo accepts, or accept what it refuses: each with its reason."""  # noqa: INP001

from typing import Final

_GONE_AFTER_3_5: Final = "Argo 3.5 has it, which never did anything"
_GONE_AFTER_3_6: Final = "Argo 3.5 and 3.6 have it; a rule about versions tells when it went"
_GONE_AFTER_3_7: Final = "Argo 3.5 to 3.7 have it; a rule about versions tells when it went"
_NEW_IN_4_1: Final = "Argo 4.1 has it; Hera's models are those of 4.0"
_VALUE: Final = "before 4.0 Argo takes anything; rules of their own tell to quote it"
_NOT_ASKED_FOR: Final = "Argo's own tests go without it: the artifact repository tells the rest"
_STATUS: Final = "written by controllers, present in what `kubectl get -o yaml` prints, of no meaning to a submitter"

#: Definition.field -> its type in the notation of the schema, and why it's not what Hera says.
MENDED: Final[dict[str, tuple[str, str]]] = {
    "ArtifactPaths.name": ("string", _NOT_ASKED_FOR),
    "AzureArtifact.container": ("string", _NOT_ASKED_FOR),
    "AzureArtifact.endpoint": ("string", _NOT_ASKED_FOR),
    "Cache.configMap": ("CacheConfigMap!", "before 4.0 it is a key of a ConfigMap"),
    "CronWorkflowSpec.schedules": ("[string]", "before 3.6 there is `schedule` alone"),
    "HTTPGetAction.port": ("int-or-string!", "Kubernetes takes the name of a port, too"),
    "Metrics.prometheus": ("[Prometheus]!", "Argo's own definition asks for it"),
    "Parameter.default": ("any", _VALUE),
    "Parameter.enum": ("[any]", _VALUE),
    "Parameter.value": ("any", _VALUE),
    "Template.plugin": ("{any}", "free-form: the plugin's own settings; Hera's model is empty"),
    "ManagedFieldsEntry.fieldsV1": ("any", "free-form: field names of any object; Hera's model is empty"),
    "Workflow.status": ("any", _STATUS),
    "CronWorkflow.status": ("any", _STATUS),
    "PersistentVolumeClaim.status": ("any", _STATUS),
    # Fields that are no more.
    "ObjectMeta.clusterName": ("string", _GONE_AFTER_3_5),
    "CronWorkflowSpec.schedule": ("string", _GONE_AFTER_3_7),
    "Synchronization.mutex": ("Mutex", _GONE_AFTER_3_7),
    "Synchronization.semaphore": ("SemaphoreRef", _GONE_AFTER_3_7),
    "Template.priority": ("integer", _GONE_AFTER_3_6),
    "WorkflowSpec.podPriority": ("integer", _GONE_AFTER_3_6),
    # Fields that Hera does not know yet.
    "Container.restartPolicyRules": ("[ContainerRestartRule]", _NEW_IN_4_1),
    "ContainerNode.restartPolicyRules": ("[ContainerRestartRule]", _NEW_IN_4_1),
    "ScriptTemplate.restartPolicyRules": ("[ContainerRestartRule]", _NEW_IN_4_1),
    "UserContainer.restartPolicyRules": ("[ContainerRestartRule]", _NEW_IN_4_1),
    "EnvVarSource.fileKeyRef": ("FileKeySelector", _NEW_IN_4_1),
    "HTTPArtifact.saveStreamViaFile": ("boolean", _NEW_IN_4_1),
    "S3Artifact.addressingStyle": ("string", _NEW_IN_4_1),
    "Template.pendingTimeout": ("string", _NEW_IN_4_1),
    "Template.podResources": ("ResourceRequirements", _NEW_IN_4_1),
    "Template.resourceClaims": ("[PodResourceClaim]", _NEW_IN_4_1),
    "VolumeProjection.podCertificate": ("PodCertificateProjection", _NEW_IN_4_1),
    "WorkflowSpec.executorPlugins": ("[ExecutorPlugin]", _NEW_IN_4_1),
    "WorkflowSpec.podResources": ("ResourceRequirements", _NEW_IN_4_1),
    "WorkflowSpec.resourceClaims": ("[PodResourceClaim]", _NEW_IN_4_1),
}

#: Definitions that the fields above refer to, which Hera does not have.
ADDED: Final[dict[str, dict[str, str]]] = {
    "CacheConfigMap": {"key": "string", "name": "string", "optional": "boolean"},
    "ContainerRestartRule": {"action": "string!", "exitCodes": "ContainerRestartRuleOnExitCodes"},
    "ContainerRestartRuleOnExitCodes": {"operator": "string!", "values": "[integer]"},
    "ExecutorPlugin": {"metadata": "ObjectMeta!", "spec": "ExecutorPluginSpec!"},
    "ExecutorPluginSpec": {"sidecar": "ExecutorPluginSidecar!"},
    "ExecutorPluginSidecar": {"automountServiceAccountToken": "boolean", "container": "Container!"},
    "FileKeySelector": {"key": "string!", "optional": "boolean", "path": "string!", "volumeName": "string!"},
    "PodCertificateProjection": {
        "certificateChainPath": "string",
        "credentialBundlePath": "string",
        "keyPath": "string",
        "keyType": "string!",
        "maxExpirationSeconds": "integer",
        "signerName": "string!",
        "userAnnotations": "{string}",
    },
    "PodResourceClaim": {
        "name": "string!",
        "resourceClaimName": "string",
        "resourceClaimTemplateName": "string",
    },
}

_CONTAINERS: Final = ("Container", "ContainerNode", "ScriptTemplate", "UserContainer")

#: Enumerations, which Hera writes as texts: their values, and the fields that take them (Kubernetes' and Argo's API).
CHOICES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "AccessMode": (
        ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"),
        ("PersistentVolumeClaimSpec.accessModes",),
    ),
    "AddressingStyle": (("path", "virtual-hosted"), ("S3Artifact.addressingStyle",)),
    "ArtifactGCStrategy": (
        ("OnWorkflowCompletion", "OnWorkflowDeletion", "Never"),
        ("ArtifactGC.strategy", "WorkflowLevelArtifactGC.strategy"),
    ),
    "ConcurrencyPolicy": (("Allow", "Forbid", "Replace"), ("CronWorkflowSpec.concurrencyPolicy",)),
    "DNSPolicy": (("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"), ("WorkflowSpec.dnsPolicy",)),
    "FSGroupChangePolicy": (("OnRootMismatch", "Always"), ("PodSecurityContext.fsGroupChangePolicy",)),
    "GaugeOperation": (("Set", "Add", "Sub"), ("Gauge.operation",)),
    "HostPathType": (
        ("DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice"),
        ("HostPathVolumeSource.type",),
    ),
    "LabelOperator": (("In", "NotIn", "Exists", "DoesNotExist"), ("LabelSelectorRequirement.operator",)),
    "MergeStrategy": (("strategic", "merge", "json"), ("ResourceTemplate.mergeStrategy",)),
    "MountPropagation": (("None", "HostToContainer", "Bidirectional"), ("VolumeMount.mountPropagation",)),
    "NodeOperator": (
        ("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"),
        ("NodeSelectorRequirement.operator",),
    ),
    "PodGCStrategy": (
        ("OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess"),
        ("PodGC.strategy",),
    ),
    "ProcMount": (("Default", "Unmasked"), ("SecurityContext.procMount",)),
    "ProfileType": (
        ("RuntimeDefault", "Localhost", "Unconfined"),
        ("SeccompProfile.type", "AppArmorProfile.type"),
    ),
    "Protocol": (("TCP", "UDP", "SCTP"), ("ContainerPort.protocol",)),
    "PullPolicy": (
        ("Always", "IfNotPresent", "Never"),
        (*(f"{name}.imagePullPolicy" for name in _CONTAINERS), "ImageVolumeSource.pullPolicy"),
    ),
    "RecursiveReadOnly": (("Disabled", "IfPossible", "Enabled"), ("VolumeMount.recursiveReadOnly",)),
    "ResourceAction": (
        ("get", "create", "apply", "delete", "replace", "patch"),
        ("ResourceTemplate.action",),
    ),
    "RetryPolicy": (("Always", "OnFailure", "OnError", "OnTransientError"), ("RetryStrategy.retryPolicy",)),
    "Scheme": (("HTTP", "HTTPS"), ("HTTPGetAction.scheme",)),
    "ShutdownStrategy": (("Stop", "Terminate"), ("WorkflowSpec.shutdown",)),
    "TaintEffect": (("NoSchedule", "PreferNoSchedule", "NoExecute"), ("Toleration.effect",)),
    "TerminationMessagePolicy": (
        ("File", "FallbackToLogsOnError"),
        tuple(f"{name}.terminationMessagePolicy" for name in _CONTAINERS),
    ),
    "TolerationOperator": (("Exists", "Equal", "Gt", "Lt"), ("Toleration.operator",)),
    "VolumeClaimGCStrategy": (("OnWorkflowCompletion", "OnWorkflowSuccess"), ("VolumeClaimGC.strategy",)),
    "VolumeMode": (("Filesystem", "Block"), ("PersistentVolumeClaimSpec.volumeMode",)),
}
