package rendering

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/judges/acknowledgement"
)

// Acknowledge writes beside a resource why findings of independent judges (package judges) about it stand.
func Acknowledge(resource awscdk.CfnResource, all ...acknowledgement.Acknowledgement) {
	entries := make([]any, len(all))
	for i, a := range all {
		entries[i] = map[string]any{"rules": a.Rules, "reason": a.Reason}
	}
	resource.AddMetadata(jsii.String(acknowledgement.MetadataKey), entries)
}

// Because is an acknowledgement of the rules for the reason.
func Because(reason string, rules ...string) acknowledgement.Acknowledgement {
	return acknowledgement.Acknowledgement{Rules: rules, Reason: reason}
}

// AcknowledgeBoundary says why rules about wildcards do not hold for a permissions boundary.
func AcknowledgeBoundary(boundary awscdk.CfnResource, rules ...string) {
	Acknowledge(boundary, Because("A permissions boundary grants nothing. It is the most that any role may ever be given, also one that "+
		"is made later (ISO-05); what each role has is in its own policies.", rules...))
}
