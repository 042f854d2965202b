package changes_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/secureml/environments/changes"
	"github.com/secureml/environments/inventory"
)

const (
	shorter = `{"Logs": {"Properties": {"RetentionInDays": 30}}}`
	reason  = "The regulator asked for thirty days; see the decision record."
)

func TestJudge(t *testing.T) {
	found := compare(t, stack(t), stack(t, shorter))
	acknowledged := changes.Suggest(found)
	if len(acknowledged) != 1 || acknowledged[0].Stacks[0] != "stack" || acknowledged[0].Resource != "Logs" {
		t.Fatalf("suggested %+v", acknowledged)
	}
	for _, c := range []struct {
		name   string
		change func(*changes.Acknowledgement)
		found  []changes.Change
		// stale is in the only complaint; empty for none.
		refused int
		stale   string
	}{
		{"as it is", func(*changes.Acknowledgement) {}, found, 0, ""},
		{"no reason", func(a *changes.Acknowledgement) { a.Reason = "" }, found, 1, "give a reason"},
		{"a word as a reason", func(a *changes.Acknowledgement) { a.Reason = "wanted" }, found, 1, "give a reason"},
		{"another resource", func(a *changes.Acknowledgement) { a.Resource = "Bucket" }, found, 1, "delete the entry"},
		{"another class", func(a *changes.Acknowledgement) { a.Class = changes.Removal }, found, 1, "delete the entry"},
		{"another property", func(a *changes.Acknowledgement) { a.Property = "KmsKeyId" }, found, 1, "delete the entry"},
		{"another stack", func(a *changes.Acknowledgement) { a.Stacks = []string{"other"} }, found, 1, "delete the entry"},
		{"one stack too many", func(a *changes.Acknowledgement) { a.Stacks = append(a.Stacks, "other") }, found, 0, "take it out of stacks"},
		{"nothing changes any more", func(*changes.Acknowledgement) {}, nil, 0, "delete the entry"},
		{"it changes further", func(*changes.Acknowledgement) {}, compare(t, stack(t), stack(t, `{"Logs": {"Properties": {"RetentionInDays": 1}}}`)), 1, "look again and set digest: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := acknowledged[0]
			a.Reason = reason
			c.change(&a)
			v := changes.Judge(c.found, []changes.Acknowledgement{a})
			if len(v.Refused) != c.refused {
				t.Errorf("%d refused, want %d: %+v", len(v.Refused), c.refused, v.Refused)
			}
			if (c.stale == "") != (len(v.Stale) == 0) || c.stale != "" && (len(v.Stale) != 1 || !strings.Contains(v.Stale[0], c.stale)) {
				t.Errorf("stale %q, want %q", v.Stale, c.stale)
			}
		})
	}
	if v := changes.Judge(found, nil); len(v.Refused) != 1 {
		t.Errorf("refused without an acknowledgement: %+v", v.Refused)
	}
}

// A statement that is widened again needs another look, although the table shows the same.
func TestDigestSeesTheWholeStatement(t *testing.T) {
	widen := func(resources string) []changes.Change {
		return compare(t, stack(t), stack(t, `{"Grants": {"Properties": {"PolicyDocument": {"Statement": [
			{"Sid": "Work", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": [`+resources+`]}]}}}}`))
	}
	a := changes.Suggest(widen(`"arn:aws:s3:::a/*"`))[0].Digest
	if b := changes.Suggest(widen(`"arn:aws:s3:::a/*", "arn:aws:s3:::b/*"`))[0].Digest; a == b {
		t.Error("another resource has the same digest")
	}
	if b := changes.Suggest(widen(`"arn:aws:s3:::a/*", "arn:aws:s3:::a/*"`))[0].Digest; a != b {
		t.Error("the same resource twice has another digest")
	}
}

func TestLowIsNotRefused(t *testing.T) {
	found := compare(t, stack(t), stack(t, `{"Boundary": {"Properties": {"Description": "limits"}}}`))
	if len(found) != 1 || found[0].Severity != changes.Low || len(changes.Judge(found, nil).Refused) != 0 {
		t.Errorf("found %+v", found)
	}
}

func TestSuggestJoinsStacks(t *testing.T) {
	second := stack(t)
	second.ID = "second"
	secondAfter := stack(t, shorter)
	secondAfter.ID = "second"
	found, err := changes.Compare(inventory.Assembly{Stacks: []inventory.Stack{stack(t), second}}, inventory.Assembly{Stacks: []inventory.Stack{stack(t, shorter), secondAfter}})
	if err != nil {
		t.Fatal(err)
	}
	suggested := changes.Suggest(found)
	if len(suggested) != 1 || len(suggested[0].Stacks) != 2 {
		t.Fatalf("suggested %+v", suggested)
	}
	suggested[0].Reason = reason
	if v := changes.Judge(found, suggested); len(v.Refused)+len(v.Stale) > 0 {
		t.Errorf("%+v", v)
	}
}

func TestReadAcknowledgements(t *testing.T) {
	path := filepath.Join(t.TempDir(), "acknowledged.yaml")
	want := changes.Suggest(compare(t, stack(t), stack(t, shorter)))
	want[0].Reason = reason
	var written bytes.Buffer
	if err := changes.WriteAcknowledgements(&written, want); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text, want string }{
		{"what was written", written.String(), ""},
		{"comments only", "# nothing\n", ""},
		{"nothing", "", ""},
		{"a misspelt member", "- {stacks: [a], class: removal, digest: x, reasn: y}\n", "reasn"},
		{"an unknown class", "- {stacks: [a], class: removed, digest: x, reason: y}\n", "use replacement, removal"},
		{"no stacks", "- {class: removal, digest: x, reason: y}\n", "name the stacks"},
		{"no list", "reason: y\n", "acknowledged.yaml"},
	} {
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := changes.ReadAcknowledgements(path)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v", c.name, err)
		}
		if c.name == "what was written" && (len(got) != 1 || got[0].String() != want[0].String() || got[0].Digest != want[0].Digest) {
			t.Errorf("%s: read %+v, want %+v", c.name, got, want)
		}
	}
	if _, err := changes.ReadAcknowledgements("nowhere.yaml"); err == nil {
		t.Error("no error for a file that is not there")
	}
}
