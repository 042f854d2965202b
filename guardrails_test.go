package main

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/inventory"
)

// statement of a policy document in a template, lists made plain.
type statement struct {
	sid, effect             string
	actions, notActions     []string
	resources, notResources []string
	principals              []string
	conditions              map[string]map[string][]string
}

func statements(document any) []statement {
	d, _ := document.(map[string]any)
	var out []statement
	for _, member := range list(d["Statement"]) {
		m, _ := member.(map[string]any)
		s := statement{
			sid: fmt.Sprint(m["Sid"]), effect: fmt.Sprint(m["Effect"]), actions: texts(m["Action"]), notActions: texts(m["NotAction"]),
			resources: texts(m["Resource"]), notResources: texts(m["NotResource"]), conditions: map[string]map[string][]string{},
		}
		switch p := m["Principal"].(type) {
		case string:
			s.principals = []string{p}
		case map[string]any:
			for _, names := range p {
				s.principals = append(s.principals, texts(names)...)
			}
		}
		operators, _ := m["Condition"].(map[string]any)
		for operator, keys := range operators {
			s.conditions[operator] = map[string][]string{}
			for key, values := range keys.(map[string]any) {
				s.conditions[operator][key] = texts(values)
			}
		}
		out = append(out, s)
	}
	return out
}

func list(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	return []any{v}
}

func texts(v any) []string {
	if v == nil {
		return nil
	}
	var out []string
	for _, member := range list(v) {
		out = append(out, fmt.Sprint(member))
	}
	return out
}

// environment is a project environment as its template describes it.
type environment struct {
	stack      inventory.Stack
	resources  map[string]inventory.Resource
	principals []inventory.Principal
	resolver   inventory.Resolver
}

func load(t testing.TB, s inventory.Stack) environment {
	t.Helper()
	v := view(t, s)
	return environment{stack: s, resources: v.Resources, principals: v.Principals, resolver: inventory.NewResolver(s, "111122223333", "eu-west-1")}
}

// id is the physical id of the resource with the construct id.
func (e environment) id(t testing.TB, construct string) string {
	t.Helper()
	v, err := e.resolver.Resolve(map[string]any{"Ref": e.logical(t, construct)})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(v)
}

func (e environment) arn(t testing.TB, construct string) string {
	t.Helper()
	v, err := e.resolver.Resolve(map[string]any{"Fn::GetAtt": []any{e.logical(t, construct), "Arn"}})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(v)
}

// logical id of the construct: its path without separators, and eight characters.
func (e environment) logical(t testing.TB, construct string) string {
	t.Helper()
	for id := range e.resources {
		if strings.HasPrefix(id, "Environment"+construct) && len(id) == len("Environment"+construct)+8 {
			return id
		}
	}
	t.Fatalf("%s has no %s", e.stack.ID, construct)
	return ""
}

func (e environment) ofType(kind string) map[string]inventory.Resource {
	out := map[string]inventory.Resource{}
	for id, r := range e.resources {
		if r.Type == kind {
			out[id] = r
		}
	}
	return out
}

// effective returns the statements of everything attached to the persona's roles, and their boundary's.
func (e environment) effective(t testing.TB, p controls.Persona) (attached, boundary []statement) {
	t.Helper()
	i := slices.IndexFunc(e.principals, func(candidate inventory.Principal) bool { return candidate.Persona == string(p) })
	if i < 0 {
		return nil, nil
	}
	read := func(documents []inventory.Document) (all []statement) {
		for _, d := range documents {
			var parsed any
			if err := json.Unmarshal(d.JSON, &parsed); err != nil {
				t.Fatal(err)
			}
			all = append(all, statements(parsed)...)
		}
		return all
	}
	return read(e.principals[i].Identity), read(e.principals[i].Boundary)
}

// hasDeny tells whether a deny covers the action and has exactly these values under the operator and key.
func hasDeny(all []statement, action, operator, key string, values []string) bool {
	return slices.ContainsFunc(all, func(s statement) bool {
		got := s.conditions[operator][key]
		slices.Sort(got)
		want := slices.Sorted(slices.Values(values))
		return s.effect == "Deny" && slices.Contains(s.actions, action) && slices.Equal(got, want)
	})
}

// The guardrails on requests, each as a person would ask for it, with the environment's own ids. The catalogue is the
// only place that declares them; this is the second opinion on what must arrive in a template.
func TestRequestGuardrailsAreInTheTemplates(t *testing.T) {
	for _, s := range environmentStacks(assembly(t, "comprehensive")) {
		e := load(t, s)
		subnets := []string{e.id(t, "Subnet1"), e.id(t, "Subnet2")}
		if len(e.ofType("AWS::EC2::Subnet")) == 3 {
			subnets = append(subnets, e.id(t, "Subnet3"))
		}
		group := []string{e.id(t, "WorkGroup")}
		volume, data := []string{e.arn(t, "VolumeKey")}, []string{e.arn(t, "DataKey")}
		name := strings.Split(s.ID, "-")
		for _, c := range []struct {
			control, action, operator, key string
			values                         []string
		}{
			{"NET-01", "sagemaker:CreateTrainingJob", "ForAnyValue:StringNotEquals", "sagemaker:VpcSubnets", subnets},
			{"NET-01", "sagemaker:CreateProcessingJob", "ForAllValues:StringNotLike", "sagemaker:VpcSubnets", []string{"*"}},
			{"NET-01", "sagemaker:CreateModel", "ForAnyValue:StringNotEquals", "sagemaker:VpcSubnets", subnets},
			{"NET-01", "sagemaker:CreateAutoMLJobV2", "ForAllValues:StringNotLike", "sagemaker:VpcSubnets", []string{"*"}},
			{"NET-02", "sagemaker:CreateTrainingJob", "ForAnyValue:StringNotEquals", "sagemaker:VpcSecurityGroupIds", group},
			{"NET-02", "sagemaker:CreateModel", "ForAllValues:StringNotLike", "sagemaker:VpcSecurityGroupIds", []string{"*"}},
			{"NET-04", "sagemaker:CreateDomain", "StringNotEquals", "sagemaker:AppNetworkAccessType", []string{"VpcOnly"}},
			{"NET-05", "sagemaker:CreateNotebookInstance", "StringNotEquals", "sagemaker:DirectInternetAccess", []string{"Disabled"}},
			{"NET-06", "sagemaker:CreateEndpointConfig", "Null", "sagemaker:ServerlessMemorySize", []string{"false"}},
			{"NET-07", "sagemaker:CreateCluster", "", "", nil},
			{"NET-07", "sagemaker:CreateLabelingJob", "", "", nil},
			{"NET-09", "sagemaker:CreatePresignedDomainUrl", "StringNotEquals", "aws:SourceVpc", []string{e.id(t, "Vpc")}},
			{"ENC-01", "sagemaker:CreateTrainingJob", "ArnNotEquals", "sagemaker:VolumeKmsKeyArn", volume},
			{"ENC-01", "sagemaker:CreateAutoMLJob", "ArnNotEquals", "sagemaker:VolumeKmsKeyArn", volume},
			{"ENC-01", "sagemaker:CreateTrainingJob", "Null", "sagemaker:VolumeKmsKeyArn", []string{"true"}},
			{"ENC-02", "sagemaker:CreateTransformJob", "ArnNotEquals", "sagemaker:OutputKmsKeyArn", data},
			{"ENC-03", "sagemaker:CreateHyperParameterTuningJob", "BoolIfExists", "sagemaker:InterContainerTrafficEncryption", []string{"false"}},
			{"ENC-04", "sagemaker:CreateFeatureGroup", "ArnNotEquals", "sagemaker:FeatureGroupOfflineStoreKmsKeyArn", data},
			{"ISO-01", "sagemaker:CreateTrainingJob", "StringNotEquals", "aws:RequestTag/Project", []string{name[1]}},
			{"ISO-01", "sagemaker:CreateExperiment", "StringNotEquals", "aws:RequestTag/Environment", []string{name[2]}},
			{"ISO-02", "sagemaker:*", "StringNotEquals", "aws:ResourceTag/Project", []string{name[1]}},
			{"ISO-03", "sagemaker:AddTags", "Null", "sagemaker:TaggingAction", []string{"true"}},
			{"ISO-07", "sagemaker:Search", "StringNotEquals", "sagemaker:SearchVisibilityCondition/Tags.Project", []string{name[1]}},
			{"WKB-01", "sagemaker:UpdateNotebookInstance", "StringNotEquals", "sagemaker:RootAccess", []string{"Disabled"}},
			{"WKB-02", "sagemaker:CreateNotebookInstance", "StringNotEquals", "sagemaker:MinimumInstanceMetadataServiceVersion", []string{"2"}},
			{"WKB-03", "sagemaker:CreateTrainingJob", "Bool", "sagemaker:EnableRemoteDebug", []string{"true"}},
			{"WKB-04", "sagemaker:CreateNotebookInstanceLifecycleConfig", "", "", nil},
			{"WKB-05", "sagemaker:CreateSpace", "StringNotEquals", "sagemaker:SpaceSharingType", []string{"Private"}},
			{"WKB-06", "sagemaker:CreateTrainingJob", "Null", "sagemaker:FileSystemId", []string{"false"}},
			{"WKB-07", "sagemaker:UpdateUserProfile", "ArnNotEquals", "sagemaker:DomainSharingOutputKmsKeyArn", data},
			{"GOV-01", "sagemaker:CreateModelPackage", "StringNotEquals", "sagemaker:ModelApprovalStatus", []string{"PendingManualApproval"}},
			{"GOV-04", "sagemaker:PutModelPackageGroupPolicy", "", "", nil},
			{"GOV-05", "sagemaker:DeleteExperiment", "", "", nil},
			{"CST-03", "sagemaker:UpdateTrainingJob", "NumericGreaterThan", "sagemaker:KeepAlivePeriod", map[string][]string{"dev": {"0"}, "prod": {"0"}}[name[2]]},
			{"CST-04", "sagemaker:CreateReservedCapacity", "", "", nil},
		} {
			if c.control == "CST-03" && s.ID == "secureml-fraud-dev" {
				c.values = []string{"1800"} // its warmPool is 30m
			}
			for _, p := range controls.Workers() {
				if !p.CallsSageMaker() {
					continue
				}
				if attached, _ := e.effective(t, p); !hasDeny(attached, c.action, c.operator, c.key, c.values) {
					t.Errorf("%s: %s: nothing denies %s to %s when %s %s %v", s.ID, c.control, c.action, p, c.key, c.operator, c.values)
				}
			}
			for _, p := range []controls.Persona{controls.ProjectAdmin, controls.DataScientist, controls.ModelApprover} {
				if attached, _ := e.effective(t, p); !hasDeny(attached, c.action, c.operator, c.key, c.values) {
					t.Errorf("%s: %s: nothing denies %s to %s when %s %s %v", s.ID, c.control, c.action, p, c.key, c.operator, c.values)
				}
			}
		}
	}
}

// Restricted data (project fraud) is isolated, confidential data (project churn) is not.
func TestNetworkIsolationFollowsClassification(t *testing.T) {
	for id, want := range map[string]bool{"secureml-fraud-dev": true, "secureml-churn-dev": false} {
		attached, _ := load(t, stack(t, assembly(t, "comprehensive"), id)).effective(t, controls.Pipeline)
		if got := hasDeny(attached, "sagemaker:CreateTrainingJob", "BoolIfExists", "sagemaker:NetworkIsolation", []string{"false"}); got != want {
			t.Errorf("%s: NET-03 demands isolation: %v, want %v", id, got, want)
		}
	}
}

func TestInstanceTypesAndRunTimesFollowTheConfiguration(t *testing.T) {
	e := load(t, stack(t, assembly(t, "comprehensive"), "secureml-fraud-dev"))
	attached, _ := e.effective(t, controls.Notebook)
	if !hasDeny(attached, "sagemaker:CreateTrainingJob", "ForAnyValue:StringNotEquals", "sagemaker:InstanceTypes",
		[]string{"ml.m5.xlarge", "ml.m5.2xlarge", "ml.g5.xlarge"}) {
		t.Error("CST-01 does not limit training to the configured instance types")
	}
	// 12 hours are less than SageMaker's default of a day, so a request without a run time is refused as well.
	if !hasDeny(attached, "sagemaker:CreateTrainingJob", "NumericGreaterThanIfExists", "sagemaker:MaxRuntimeInSeconds", []string{"43200"}) {
		t.Error("CST-02 does not limit the run time")
	}
}

func TestPersonasDifferInWhatTheyAreDenied(t *testing.T) {
	e := load(t, stack(t, assembly(t, "comprehensive"), "secureml-fraud-dev"))
	for _, c := range []struct {
		control, action, operator, key, value string
		persona                               controls.Persona
		want                                  bool
	}{
		{"GOV-02", "sagemaker:UpdateModelPackage", "Null", "sagemaker:ModelApprovalStatus", "false", controls.Notebook, true},
		{"GOV-02", "sagemaker:UpdateModelPackage", "Null", "sagemaker:ModelApprovalStatus", "false", controls.ProjectAdmin, true},
		{"GOV-02", "sagemaker:UpdateModelPackage", "Null", "sagemaker:ModelApprovalStatus", "false", controls.ModelApprover, false},
		{"NET-08", "s3:*", "StringNotEquals", "aws:SourceVpc", e.id(t, "Vpc"), controls.Notebook, true},
		{"NET-08", "s3:*", "StringNotEquals", "aws:SourceVpc", e.id(t, "Vpc"), controls.Job, true},
		{"NET-08", "s3:*", "StringNotEquals", "aws:SourceVpc", e.id(t, "Vpc"), controls.Pipeline, false},
		{"GOV-03", "codecommit:GitPush", "StringLike", "codecommit:References", "refs/heads/main", controls.Notebook, true},
	} {
		attached, _ := e.effective(t, c.persona)
		if got := hasDeny(attached, c.action, c.operator, c.key, []string{c.value}); got != c.want {
			t.Errorf("%s: %s is denied %s when %s %s %s: %v, want %v", c.control, c.persona, c.action, c.key, c.operator, c.value, got, c.want)
		}
	}
}

func TestBoundariesAreOnEveryRole(t *testing.T) {
	for example := range synthesized {
		for _, s := range assembly(t, example).Stacks {
			for id, r := range resolved(t, s) {
				if r.Type != "AWS::IAM::Role" {
					continue
				}
				if r.Properties["PermissionsBoundary"] == nil {
					t.Errorf("ISO-05: role %s of %s has no boundary", id, s.ID)
				}
				if inventory.Tags(r)[controls.TagPersona] == "" {
					t.Errorf("role %s of %s does not say its persona", id, s.ID)
				}
			}
		}
	}
	e := load(t, stack(t, assembly(t, "comprehensive"), "secureml-fraud-dev"))
	_, boundary := e.effective(t, controls.Job)
	deny := func(match func(statement) bool) bool {
		return slices.ContainsFunc(boundary, func(s statement) bool { return s.effect == "Deny" && match(s) })
	}
	if !deny(func(s statement) bool {
		return slices.Equal(s.conditions["StringNotEquals"]["aws:RequestedRegion"], []string{"eu-west-1"}) && slices.Contains(s.notActions, "iam:*")
	}) {
		t.Error("NET-13: the boundary does not keep the environment in its region")
	}
	const own = "arn:aws:iam::111122223333:role/secureml/fraud/dev/secureml-fraud-dev-"
	passable := []string{own + "job", own + "hosting", own + "pipeline", own + "monitoring", own + "notebook-*"}
	if !deny(func(s statement) bool {
		return slices.Contains(s.actions, "iam:PassRole") && slices.Equal(s.notResources, passable)
	}) {
		t.Error("ISO-04: the boundary lets foreign roles be passed")
	}
	if !hasDeny(boundary, "ec2:CreateNetworkInterfacePermission", "StringNotEquals", "ec2:AuthorizedService", []string{"sagemaker.amazonaws.com"}) {
		t.Error("NET-14: the boundary lets network interfaces be lent to anybody")
	}
}

// matches tells whether a policy's ARN pattern means the ARN.
func matches(pattern, arn string) bool {
	// path.Match stops at slashes, which policies do not.
	flat := strings.NewReplacer("/", "\x00", "[", "\\[").Replace
	ok, err := path.Match(flat(pattern), flat(arn))
	return err == nil && ok
}
