package sdkdefaults_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/decisions"
	"github.com/secureml/environments/policy/authorization"
)

// keyOf says which member of a request fills which condition key: the member's path ends so. A member fills a key only of an
// action that carries it by the authorization reference.
var keyOf = map[string]string{
	"VpcConfig.Subnets":                           "sagemaker:VpcSubnets",
	"VpcConfig.SecurityGroupIds":                  "sagemaker:VpcSecurityGroupIds",
	"VolumeKmsKeyId":                              "sagemaker:VolumeKmsKeyArn",
	"OutputDataConfig.KmsKeyId":                   "sagemaker:OutputKmsKeyArn",
	"TransformOutput.KmsKeyId":                    "sagemaker:OutputKmsKeyArn",
	"ProcessingOutputConfig.KmsKeyId":             "sagemaker:OutputKmsKeyArn",
	"MonitoringOutputConfig.KmsKeyId":             "sagemaker:OutputKmsKeyArn",
	"DataQualityJobOutputConfig.KmsKeyId":         "sagemaker:OutputKmsKeyArn",
	"EnableInterContainerTrafficEncryption":       "sagemaker:InterContainerTrafficEncryption",
	"EnableNetworkIsolation":                      "sagemaker:NetworkIsolation",
	"InstanceType":                                "sagemaker:InstanceTypes",
	"StoppingCondition.MaxRuntimeInSeconds":       "sagemaker:MaxRuntimeInSeconds",
	"KeepAlivePeriodInSeconds":                    "sagemaker:KeepAlivePeriod",
	"ModelApprovalStatus":                         "sagemaker:ModelApprovalStatus",
	"OfflineStoreConfig.S3StorageConfig.KmsKeyId": "sagemaker:FeatureGroupOfflineStoreKmsKeyArn",
	"OfflineStoreConfig.S3StorageConfig.S3Uri":    "sagemaker:FeatureGroupOfflineStoreS3Uri",
	"OnlineStoreConfig.SecurityConfig.KmsKeyId":   "sagemaker:FeatureGroupOnlineStoreKmsKeyArn",
	"OnlineStoreConfig.EnableOnlineStore":         "sagemaker:FeatureGroupEnableOnlineStore",
	"MemorySizeInMB":                              "sagemaker:ServerlessMemorySize",
}

// rows are the IAM requests that AWS decides when it gets the call: the call's own, passing the roles that it names, putting the
// tags that it carries, and for a pipeline what its steps will ask for.
func rows(t *testing.T, e controls.Environment, c call) []decisions.Row {
	t.Helper()
	switch {
	case c.Operation != "":
		var body map[string]any
		if err := json.Unmarshal(c.Body, &body); err != nil {
			t.Fatalf("%s: %v", c.Operation, err)
		}
		return sageMakerRows(t, e, controls.Notebook, c.Script, c.Operation, body)
	case c.listsBuckets(), strings.Contains(string(c.Body), "GetCallerIdentity"):
		return nil
	}
	return []decisions.Row{bucketRow(t, c)}
}

// bucketRow is the request of a call to Amazon S3.
func bucketRow(t *testing.T, c call) decisions.Row {
	t.Helper()
	_, key, _ := strings.Cut(c.Path, "/")
	actions := map[string]string{"PUT": "s3:PutObject", "HEAD": "s3:GetObject", "GET": "s3:GetObject"}
	if key == "" {
		actions = map[string]string{"PUT": "s3:CreateBucket", "HEAD": "s3:ListBucket", "GET": "s3:ListBucket"}
	}
	action, ok := actions[c.Method]
	if !ok {
		t.Fatalf("%s: %s %s is no call that the test knows", c.Script, c.Method, c.Path)
	}
	context := map[string]decisions.Values{}
	for header, key := range map[string]string{
		"X-Amz-Server-Side-Encryption":                "s3:x-amz-server-side-encryption",
		"X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id": "s3:x-amz-server-side-encryption-aws-kms-key-id",
	} {
		if value := c.Header.Get(header); value != "" {
			context[key] = decisions.Values{value}
		}
	}
	return row(c.Script, controls.Notebook, action, "arn:aws:s3:::"+strings.TrimSuffix(c.Path, "/"), context)
}

func row(script string, who controls.Persona, action, resource string, context map[string]decisions.Values) decisions.Row {
	r := decisions.Row{
		ID: script, About: script + " calls " + action, Who: decisions.Values{string(who)}, Action: decisions.Values{action},
		Resource: decisions.Values{resource}, Owner: "own", Via: "endpoint", Tagged: "none", Context: context, Expect: "allow", Family: "sdk",
	}
	if action == "iam:PassRole" {
		r.Via = "internet" // IAM is asked by SageMaker, not through an endpoint
	}
	if strings.HasPrefix(action, "sagemaker:Describe") || strings.HasPrefix(action, "sagemaker:List") {
		r.Tagged = "own"
	}
	return r
}

func sageMakerRows(t *testing.T, e controls.Environment, who controls.Persona, script, operation string, body map[string]any) []decisions.Row {
	t.Helper()
	action := "sagemaker:" + operation
	q := members{t: t, e: e, action: action, context: map[string]decisions.Values{}}
	q.walk("", body)
	resource := resourceOf(t, e, action, body)
	out := []decisions.Row{row(script, who, action, resource, q.context)}
	for _, role := range q.roles {
		out = append(out, row(script, who, "iam:PassRole", role, map[string]decisions.Values{"iam:PassedToService": {"sagemaker.amazonaws.com"}}))
	}
	if tags, ok := body["Tags"].([]any); ok && len(tags) > 0 {
		context := map[string]decisions.Values{"sagemaker:TaggingAction": {operation}}
		for _, v := range tags {
			addTag(context, v.(map[string]any))
		}
		out = append(out, row(script, who, "sagemaker:AddTags", resource, context))
	}
	return append(out, stepRows(t, e, script, body)...)
}

// stepRows are what the steps of a pipeline's definition ask for, with the pipeline's role.
func stepRows(t *testing.T, e controls.Environment, script string, body map[string]any) []decisions.Row {
	t.Helper()
	text, ok := body["PipelineDefinition"].(string)
	if !ok {
		return nil
	}
	var definition struct {
		Steps []struct {
			Type      string
			Arguments map[string]any
		}
	}
	if err := json.Unmarshal([]byte(text), &definition); err != nil {
		t.Fatal(err)
	}
	if len(definition.Steps) == 0 {
		t.Fatalf("%s: the pipeline has no steps", script)
	}
	var out []decisions.Row
	for _, s := range definition.Steps {
		if s.Type != "Training" {
			t.Fatalf("%s: the test does not know what a step of type %s asks for", script, s.Type)
		}
		out = append(out, sageMakerRows(t, e, controls.Pipeline, script, "CreateTrainingJob", s.Arguments)...)
	}
	return out
}

// members collects condition keys and roles from a request.
type members struct {
	t       *testing.T
	e       controls.Environment
	action  string
	context map[string]decisions.Values
	roles   []string
}

func (m *members) walk(path string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			m.walk(strings.TrimPrefix(path+"."+name, "."), member)
		}
		if path == "OfflineStoreConfig" {
			m.set("sagemaker:FeatureGroupOfflineStoreConfig", "true")
		}
	case []any:
		for _, member := range v {
			if tag, ok := member.(map[string]any); ok && path == "Tags" {
				addTag(m.context, tag)
				continue
			}
			m.walk(path, member)
		}
	case float64:
		m.leaf(path, strconv.FormatFloat(v, 'f', -1, 64))
	default:
		m.leaf(path, fmt.Sprint(v))
	}
}

func (m *members) leaf(path, value string) {
	name := path[strings.LastIndexByte(path, '.')+1:]
	switch {
	case name == "RoleArn", name == "ExecutionRoleArn":
		if !slices.Contains(m.roles, value) {
			m.roles = append(m.roles, value)
		}
	case path == "KmsKeyId" && m.action == "sagemaker:CreateEndpointConfig":
		m.set("sagemaker:VolumeKmsKeyArn", value)
	case name == "ModelName" && m.action != "sagemaker:CreateModel":
		m.set("sagemaker:ModelArn", "arn:aws:sagemaker:"+m.e.Region+":"+m.e.Account+":model/"+value)
	}
	for suffix, key := range keyOf {
		if path == suffix || strings.HasSuffix(path, "."+suffix) {
			m.set(key, value)
		}
	}
}

// set adds the value to the key, if the action carries it.
func (m *members) set(key, value string) {
	if a, ok := authorization.LookupAction(m.action); !ok || !a.Carries(key) || slices.Contains(m.context[key], value) {
		return
	}
	m.context[key] = append(m.context[key], value)
}

func addTag(context map[string]decisions.Values, tag map[string]any) {
	key, value := fmt.Sprint(tag["Key"]), fmt.Sprint(tag["Value"])
	context["aws:TagKeys"] = append(context["aws:TagKeys"], key)
	context["aws:RequestTag/"+key] = decisions.Values{value}
}

// resourceOf is the ARN of what the request names.
func resourceOf(t *testing.T, e controls.Environment, action string, body map[string]any) string {
	t.Helper()
	a, ok := authorization.LookupAction(action)
	if !ok {
		t.Fatalf("the authorization reference does not know %s", action)
	}
	return a.ARN(func(variable string) string {
		switch variable {
		case "Partition":
			return e.Partition
		case "Region":
			return e.Region
		case "Account":
			return e.Account
		}
		return nameIn(action, body)
	})
}

// nameIn is the name that the request gives to what it creates or asks about. What SageMaker names itself, such as the
// jobs of a pipeline, has a name that no policy of an environment knows.
func nameIn(action string, body map[string]any) string {
	operation := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(action, "sagemaker:Create"), "sagemaker:Describe"), "V2")
	for _, member := range []string{operation + "Name", "JobDefinitionName", "ModelPackageGroupName"} {
		if name, ok := body[member].(string); ok {
			if operation == "ModelPackage" {
				return name + "/1"
			}
			return name
		}
	}
	return "pipelines-x"
}
