package sharedservices_test

import (
	"encoding/json"
	"strings"

	"github.com/secureml/environments/policy"
)

type document struct {
	policy.Document
	kind policy.Kind
}

// documents finds the policy documents in a property of a resource of the type.
func documents(kind, property string, value any) []document {
	switch property {
	case "AssumeRolePolicyDocument", "KeyPolicy", "RepositoryPolicyText", "PermissionsPolicyDocument":
		return []document{{parsed(value), policy.Resource}}
	case "PolicyDocument":
		d := document{parsed(value), policy.Resource}
		if kind == "AWS::IAM::ManagedPolicy" {
			d.kind = policy.Identity
		}
		if len(d.Statements) > 0 && strings.HasPrefix(d.Statements[0].Sid, "ISO05") {
			d.kind = policy.Boundary
		}
		return []document{d}
	}
	return nil
}

// parsed reads a document as it stands in a template.
func parsed(value any) policy.Document {
	var d policy.Document
	statements, _ := at(value, "Statement").([]any)
	for _, s := range statements {
		sid, _ := at(s, "Sid").(string)
		effect, _ := at(s, "Effect").(string)
		statement := policy.Statement{
			Sid: sid, Effect: policy.Effect(effect),
			Actions: texts(at(s, "Action")), NotActions: texts(at(s, "NotAction")),
			Resources: texts(at(s, "Resource")), NotResources: texts(at(s, "NotResource")),
			Principal: policy.Principal{
				Any: at(s, "Principal") == "*", AWS: texts(at(s, "Principal", "AWS")), Services: texts(at(s, "Principal", "Service")),
			},
		}
		operators, _ := at(s, "Condition").(map[string]any)
		for operator, keys := range operators {
			keys, _ := keys.(map[string]any)
			for key, values := range keys {
				statement.Conditions = append(statement.Conditions, policy.Condition{Operator: operator, Key: key, Values: texts(values)})
			}
		}
		d.Statements = append(d.Statements, statement)
	}
	return d
}

// texts returns one value or many as strings; an intrinsic function is its JSON.
func texts(value any) []string {
	switch value := value.(type) {
	case nil:
		return nil
	case string:
		return []string{value}
	case []any:
		var out []string
		for _, v := range value {
			out = append(out, texts(v)...)
		}
		return out
	}
	text, _ := json.Marshal(value)
	return []string{string(text)}
}
