package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/secureml/environments/changes"
	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/facts"
	"github.com/secureml/environments/inventory"
)

var release = flag.Bool("release", false, "keep today's templates as those of the last release, unless an update to them is refused")

const acknowledgedFile = "release/acknowledged.yaml"

// acknowledgedHeader stands in the file when nothing is acknowledged.
const acknowledgedHeader = `# Changes since the last release that CloudFormation's update of a deployed stack would make, and that somebody wants
# although they replace, remove, open or weaken something. The test that compares the templates prints the entries; the
# reason is yours to write. A release empties this file.
`

func releasedFile(example string) string { return filepath.Join("release", example+".json.gz") }

// Whoever has deployed the last release updates to today's templates. What that destroys, opens or weakens has to be
// acknowledged in the same change.
func TestUpdatesFromTheLastRelease(t *testing.T) {
	var found []changes.Change
	for _, example := range sortedKeys(synthesized) {
		kept, err := os.ReadFile(releasedFile(example))
		if *release && errors.Is(err, fs.ErrNotExist) {
			continue // a new example
		}
		if err != nil {
			t.Fatal(err)
		}
		before, err := changes.ReadRelease(bytes.NewReader(kept))
		if err != nil {
			t.Fatalf("%s: %v", releasedFile(example), err)
		}
		more, err := changes.Compare(before, assembly(t, example))
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, more...)
	}
	acknowledged, err := changes.ReadAcknowledgements(acknowledgedFile)
	if err != nil {
		t.Fatal(err)
	}
	checkVerdict(t, changes.Judge(found, acknowledged))
	if *release && !t.Failed() {
		keepAsRelease(t)
	}
}

func checkVerdict(t *testing.T, verdict changes.Verdict) {
	t.Helper()
	for _, complaint := range verdict.Stale {
		t.Errorf("%s: %s", acknowledgedFile, complaint)
	}
	if len(verdict.Refused) > 0 {
		var table, entries strings.Builder
		if err := changes.Write(&table, verdict.Refused); err != nil {
			t.Fatal(err)
		}
		if err := changes.WriteAcknowledgements(&entries, changes.Suggest(verdict.Refused)); err != nil {
			t.Fatal(err)
		}
		t.Errorf("an update from the last release is refused. Undo what is not meant; for the rest add to %s, with a reason each:\n%s\n%s",
			acknowledgedFile, entries.String(), table.String())
	}
}

func keepAsRelease(t *testing.T) {
	t.Helper()
	for _, example := range sortedKeys(synthesized) {
		var out bytes.Buffer
		if err := changes.WriteRelease(&out, assembly(t, example)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(releasedFile(example), out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(acknowledgedFile, []byte(acknowledgedHeader), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A type that the table does not know would be replaced unnoticed.
func TestReplacementOfEveryTypeIsKnown(t *testing.T) {
	for _, example := range sortedKeys(synthesized) {
		for _, s := range assembly(t, example).Stacks {
			for id, r := range s.Template.Resources {
				if _, ok := facts.LookupResourceType(r.Type); !ok {
					t.Errorf("%s of %s: nothing is known about replacing a %s; refresh the facts (go run -C tools/facts .)", id, s.ID, r.Type)
				}
			}
		}
	}
}

// copied returns a deep copy of the stack, to be spoiled.
func copied(t *testing.T, s inventory.Stack) inventory.Stack {
	t.Helper()
	text, err := json.Marshal(s.Template)
	if err != nil {
		t.Fatal(err)
	}
	s.Template = inventory.Template{}
	if err := json.Unmarshal(text, &s.Template); err != nil {
		t.Fatal(err)
	}
	return s
}

// first returns the id of the first resource whose id holds the text.
func first(t *testing.T, s inventory.Stack, text string) string {
	t.Helper()
	for _, id := range slices.Sorted(maps.Keys(s.Template.Resources)) {
		if strings.Contains(id, text) {
			return id
		}
	}
	t.Fatalf("%s has no %s", s.ID, text)
	return ""
}

// Seeded changes of a real template: each must be found, in its class and at the resource that was changed, and no
// other may be worse.
func TestSeededChanges(t *testing.T) {
	original := stack(t, assembly(t, "comprehensive"), "secureml-fraud-dev")
	for _, c := range []struct {
		name, resource string
		spoil          func(*inventory.Resource)
		want           string
	}{
		{"a bucket gets a name", "DataBucket57", set("BucketName", "mine"), "high replacement BucketName"},
		{"a repository gets another key", "ImageRepository", set("EncryptionConfiguration", map[string]any{"EncryptionType": "AES256"}), "critical replacement EncryptionConfiguration"},
		{"a log group gets another name", "FlowLogGroup", set("LogGroupName", "x"), "critical replacement LogGroupName"},
		{"the VPC moves", "Vpc3E", set("CidrBlock", "10.9.0.0/22"), "medium replacement CidrBlock"},
		{"a bucket goes with its stack", "DataBucket57", func(r *inventory.Resource) { r.DeletionPolicy = "Delete" }, "high lost-control Guard rule ISO09_data_retained"},
		{"a key does not rotate", "DataKey3A", set("EnableKeyRotation", false), "high lost-control Guard rule ENC10_key_rotates"},
		{"a log group loses its key", "QueryLogGroup", set("KmsKeyId", nil), "high lost-control Guard rule ENC11_log_group_key"},
		{"a role loses its boundary", "DataScientistRole", set("PermissionsBoundary", nil), "critical widened-privilege PermissionsBoundary"},
		{"a role gains AWS's administrator policy", "JobRole", add("ManagedPolicyArns", "arn:aws:iam::aws:policy/AdministratorAccess"), "high widened-privilege ManagedPolicyArns"},
		{"a role loses its guardrail policies", "PipelineRole", set("ManagedPolicyArns", []any{}), "high widened-privilege ManagedPolicyArns[EnvironmentGuardrails1Policy982782D6]"},
		{"a bucket is open to another account", "DataBucketPolicy", grantTo("666666666666"), "critical public-surface PolicyDocument[Stranger]"},
		{"an endpoint loses its policy", "S3Endpoint", set("PolicyDocument", nil), "critical public-surface PolicyDocument"},
		{"the work group lets everybody in", "WorkGroup", add("SecurityGroupIngress", map[string]any{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}),
			"critical public-surface SecurityGroupIngress"},
		{"the firewall lets a name through", "AllowedDomains", add("Domains", "example.com"), "high public-surface Domains"},
		{"less traffic is recorded", "FlowLog3", set("TrafficType", "REJECT"), "high lost-control TrafficType"},
	} {
		t.Run(c.name, func(t *testing.T) {
			after := copied(t, original)
			id := first(t, after, c.resource)
			r := after.Template.Resources[id]
			c.spoil(&r)
			after.Template.Resources[id] = r
			found, err := changes.CompareStack(original, after)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(found, func(f changes.Change) bool {
				return f.Resource == id && fmt.Sprintf("%s %s %s", f.Severity, f.Class, f.Property) == c.want
			}) {
				t.Errorf("want %s at %s, found %+v", c.want, id, found)
			}
			if v := changes.Judge(found, nil); len(v.Refused) == 0 {
				t.Error("it is not refused")
			}
		})
	}
}

func set(property string, value any) func(*inventory.Resource) {
	return func(r *inventory.Resource) {
		if value == nil {
			delete(r.Properties, property)
			return
		}
		r.Properties[property] = value
	}
}

func add(property string, value any) func(*inventory.Resource) {
	return func(r *inventory.Resource) {
		list, _ := r.Properties[property].([]any)
		r.Properties[property] = append(list, value)
	}
}

func grantTo(account string) func(*inventory.Resource) {
	return func(r *inventory.Resource) {
		document := r.Properties["PolicyDocument"].(map[string]any)
		document["Statement"] = append(document["Statement"].([]any), map[string]any{
			"Sid": "Stranger", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Principal": map[string]any{"AWS": account},
		})
	}
}

// alsoDenied are controls whose denies are a second line today: WKB-04 denies the same requests altogether, so without
// them nothing more is allowed. That the second line is gone is told even so.
var alsoDenied = []string{"NET-04", "NET-05", "WKB-01", "WKB-02", "WKB-07"}

// alsoAllow have statements besides their denies, and so are not lost without those.
var alsoAllow = []string{"GOV-06", "ISO-05"}

// Each control's denies, taken out of every policy of a stack, must be missed.
func TestLostControlsAreFound(t *testing.T) {
	original := stack(t, assembly(t, "comprehensive"), "secureml-fraud-dev")
	tried := 0
	for _, control := range controls.Catalogue() {
		after := copied(t, original)
		taken := 0
		for _, r := range after.Template.Resources {
			taken += takeOut(r.Properties, control.ID)
		}
		if taken == 0 {
			continue
		}
		tried++
		found, err := changes.CompareStack(original, after)
		if err != nil {
			t.Fatal(err)
		}
		lost := slices.ContainsFunc(found, func(f changes.Change) bool { return f.Class == changes.LostControl && f.Property == control.ID })
		widened := slices.ContainsFunc(found, func(f changes.Change) bool { return f.Class == changes.WidenedPrivilege })
		if lost == slices.Contains(alsoAllow, control.ID) {
			t.Errorf("%d denies of %s are taken out: told to be lost is %t", taken, control.ID, lost)
		}
		if widened == slices.Contains(alsoDenied, control.ID) {
			t.Errorf("%d denies of %s are taken out: wider privileges is %t", taken, control.ID, widened)
		}
	}
	if tried < 30 {
		t.Errorf("only %d controls have denies", tried)
	}
}

// takeOut removes the denies of a control from all policy documents below the value, and returns their number.
func takeOut(value any, control string) int {
	taken := 0
	switch v := value.(type) {
	case []any:
		for _, member := range v {
			taken += takeOut(member, control)
		}
	case map[string]any:
		if list, ok := v["Statement"].([]any); ok {
			v["Statement"] = slices.DeleteFunc(list, func(s any) bool {
				m, _ := s.(map[string]any)
				sid, _ := m["Sid"].(string)
				return m["Effect"] == "Deny" && controls.OfStatement(sid) == control
			})
			taken += len(list) - len(v["Statement"].([]any))
		}
		for _, member := range v {
			taken += takeOut(member, control)
		}
	}
	return taken
}
