package changes_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/secureml/environments/changes"
	"github.com/secureml/environments/inventory"
)

func assembly(stacks ...inventory.Stack) inventory.Assembly {
	return inventory.Assembly{Stacks: stacks}
}

func TestStacksComeAndGo(t *testing.T) {
	moved := stack(t)
	moved.Account = "444455556666"
	open := stack(t)
	open.Account, open.Region = "", ""
	for _, c := range []struct {
		name          string
		before, after inventory.Assembly
		want          []string
	}{
		{"the same", assembly(stack(t)), assembly(stack(t)), nil},
		{"a new stack", assembly(), assembly(stack(t)), nil},
		{"a new stack with a gateway", assembly(), assembly(stack(t, `{"Gateway": {"Type": "AWS::EC2::InternetGateway"}}`)), []string{"critical public-surface Gateway"}},
		{"a stack that is gone", assembly(stack(t)), assembly(), []string{"high removal"}},
		{"the account is left open", assembly(stack(t)), assembly(open), nil},
		{"the account is decided", assembly(open), assembly(stack(t)), nil},
	} {
		found, err := changes.Compare(c.before, c.after)
		if err != nil {
			t.Fatal(err)
		}
		if got := lines(found); !slices.Equal(got, c.want) {
			t.Errorf("%s: found %q, want %q", c.name, got, c.want)
		}
	}
	found, err := changes.Compare(assembly(stack(t)), assembly(moved))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(lines(found), "high replacement  stack name, account, region") {
		t.Errorf("another account: found %q", lines(found))
	}
}

// The order of lists, of statements and of resources means nothing.
func TestOrderMeansNothing(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 3))
		shuffled := stack(t)
		for id, resource := range shuffled.Template.Resources {
			resource.Properties, _ = shuffleLists(r, resource.Properties).(map[string]any)
			shuffled.Template.Resources[id] = resource
		}
		if found := compare(t, stack(t), shuffled); found != nil {
			t.Fatalf("seed %d: found %q", seed, lines(found))
		}
	}
}

func shuffleLists(r *rand.Rand, value any) any {
	switch v := value.(type) {
	case []any:
		out := make([]any, len(v))
		for i, member := range v {
			out[i] = shuffleLists(r, member)
		}
		r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
		return out
	case map[string]any:
		out := map[string]any{}
		for key, member := range v {
			if key == "Fn::Join" || key == "Fn::GetAtt" {
				out[key] = member // here the order is the meaning
				continue
			}
			out[key] = shuffleLists(r, member)
		}
		return out
	}
	return value
}

// The worst comes first, and a second run finds the same in the same order.
func TestOrderOfChanges(t *testing.T) {
	patch := `{"Logs": null, "Role": {"Properties": {"PermissionsBoundary": null}}, "Subnet": null, "Boundary": {"Properties": {"Description": "limits"}}}`
	first := compare(t, stack(t), stack(t, patch))
	for i := 1; i < len(first); i++ {
		if first[i].Severity > first[i-1].Severity {
			t.Errorf("%s comes after %s", first[i].Severity, first[i-1].Severity)
		}
	}
	for range 5 {
		if again := compare(t, stack(t), stack(t, patch)); !slices.Equal(again, first) {
			t.Errorf("found %+v, then %+v", first, again)
		}
	}
}

func TestWrite(t *testing.T) {
	var b strings.Builder
	if err := changes.Write(&b, compare(t, stack(t), stack(t, `{"Bucket": {"Properties": {"ObjectLockEnabled": true}}, "Subnet": null, "Routes": null}`))); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"SEVERITY  CLASS", "high      replacement  stack  Bucket (stack/Environment/Bucket/Resource)  ObjectLockEnabled", "true", "[1] CloudFormation cannot change",
		"4 changes: 0 critical, 1 high, 2 medium, 1 low.",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, b.String())
		}
	}
	if n := strings.Count(b.String(), "whatever uses it stops"); n != 1 {
		t.Errorf("two removals share a note, which stands %d times:\n%s", n, b.String())
	}
	b.Reset()
	if err := changes.Write(&b, nil); err != nil || !strings.Contains(b.String(), "No change") {
		t.Errorf("%v: %s", err, b.String())
	}
}

func TestReleaseKeepsTemplates(t *testing.T) {
	second := stack(t, `{"Logs": null}`)
	second.ID, second.Account, second.Template.Parameters = "second", "", map[string]map[string]any{"P": {"Default": "x"}}
	var a, b bytes.Buffer
	for _, out := range []*bytes.Buffer{&a, &b} {
		if err := changes.WriteRelease(out, assembly(stack(t), second)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same templates give other bytes")
	}
	got, err := changes.ReadRelease(&a)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []inventory.Stack{stack(t), second} {
		s := got.Stacks[i]
		if s.ID != want.ID || s.Account != want.Account || len(s.Template.Parameters) != len(want.Template.Parameters) {
			t.Errorf("read %s, want %s", s.ID, want.ID)
		}
		if found := compare(t, want, s); found != nil {
			t.Errorf("%s changed: %q", s.ID, lines(found))
		}
		if s.Template.Resources["Bucket"].ConstructPath() == "" || s.Template.Resources["Key"].DeletionPolicy != "Retain" {
			t.Errorf("%s lost a path or a policy", s.ID)
		}
	}
	if _, err := changes.ReadRelease(strings.NewReader("no templates")); err == nil {
		t.Error("no error for what is no release")
	}
}

// A rule that was broken before is no news; one that is broken now is, once for each resource, however it says so.
func TestGuardRules(t *testing.T) {
	broken := stack(t, `{"Logs": {"Properties": {"KmsKeyId": null}}}`)
	if found := compare(t, broken, broken); found != nil {
		t.Errorf("found %q", lines(found))
	}
	found := compare(t, stack(t), broken)
	if len(found) != 1 || found[0].Property != "Guard rule ENC11_log_group_key" || !strings.HasPrefix(found[0].Why, "ENC-11: ") {
		t.Errorf("found %+v", found)
	}
	renamed := stack(t, `{"Logs": null, "Records": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/data", "RetentionInDays": 365}}}`)
	for _, c := range compare(t, broken, renamed) {
		if c.Class == changes.LostControl {
			t.Errorf("a rule that the resource broke under its old id is news: %+v", c)
		}
	}
}
