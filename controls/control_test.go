package controls

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/secureml/environments/policy"
	"github.com/secureml/environments/policy/authorization"
)

// Catches a control that nobody can find, cite or justify.
func TestCatalogueIsWellFormed(t *testing.T) {
	id := regexp.MustCompile(`^[A-Z]{3}-[0-9]{2}$`)
	requirement := regexp.MustCompile(`^([FNPCOIETASMW]|LF|H-)[0-9]{1,3}$`)
	seen := map[string]bool{}
	for _, c := range Catalogue() {
		if !id.MatchString(c.ID) || seen[c.ID] {
			t.Errorf("id %q is malformed or used twice", c.ID)
		}
		seen[c.ID] = true
		if c.Title == "" || c.Area == "" || len(c.Why) < 60 || len(c.Fulfils) == 0 {
			t.Errorf("%s lacks a title, an area, a reason or a requirement", c.ID)
		}
		for _, r := range c.Fulfils {
			if !requirement.MatchString(r) {
				t.Errorf("%s fulfils %q, which is no requirement", c.ID, r)
			}
		}
		for _, name := range c.Template {
			if OfStatement(name) != c.ID {
				t.Errorf("%s names the Guard rule %s, which begins with another id", c.ID, name)
			}
		}
		if found, ok := Lookup(c.ID); !ok || found.ID != c.ID {
			t.Errorf("%s cannot be looked up", c.ID)
		}
	}
	if _, ok := Lookup("NET-99"); ok {
		t.Error("a control that does not exist is found")
	}
}

// Catches a statement that a reader of a template cannot trace back.
func TestDeniesNameTheirControl(t *testing.T) {
	for name, d := range documents(example()) {
		checkSids(t, name, d.Document)
	}
}

// checkSids: no statement id twice, and every deny begins with the id of its control.
func checkSids(t *testing.T, name string, d policy.Document) {
	t.Helper()
	seen := map[string]bool{}
	for _, s := range d.Statements {
		if seen[s.Sid] {
			t.Errorf("%s: two statements are called %s", name, s.Sid)
		}
		seen[s.Sid] = true
		if s.Effect == policy.Deny && OfStatement(s.Sid) == "" {
			t.Errorf("%s: deny %s begins with no control id", name, s.Sid)
		}
	}
}

func TestOfStatement(t *testing.T) {
	for name, want := range map[string]string{
		"NET01VpcSubnetsForeign": "NET-01", "NET15_no_route_out": "NET-15", "PassJobRoles": "", "NET99Unknown": "", "": "", "ABC": "",
	} {
		if got := OfStatement(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// Every rule covers something, exceptions name actions that exist and carry the key, and an exception has a reason.
func TestRulesCoverWhatTheySay(t *testing.T) {
	for _, c := range Catalogue() {
		for _, r := range c.Rules {
			actions := r.Actions()
			if len(actions) == 0 {
				t.Errorf("%s: no action carries %s", c.ID, r.Key)
			}
			for action, absence := range r.Absent {
				if !slices.Contains(actions, action) {
					t.Errorf("%s: %s has an exception from %s and is not covered by it", c.ID, action, r.Key)
				}
				if absence.Why == "" {
					t.Errorf("%s: the exception of %s from %s has no reason", c.ID, action, r.Key)
				}
			}
			for action, why := range r.Skip {
				if a, ok := authorization.LookupAction(action); !ok || !a.Carries(r.Key) || why == "" {
					t.Errorf("%s: %s is left out of %s without need or reason", c.ID, action, r.Key)
				}
			}
		}
	}
}

// A key that several rules share is compared on every action that carries it: an action that gains the key in a later
// reference fails here by name.
func TestEveryActionWithAGuardedKeyIsCovered(t *testing.T) {
	covered := map[string]map[string]bool{}
	for _, c := range Catalogue() {
		for _, r := range c.Rules {
			if covered[r.Key] == nil {
				covered[r.Key] = map[string]bool{}
			}
			for _, a := range r.Actions() {
				covered[r.Key][a] = true
			}
		}
	}
	elsewhere := map[string]string{
		"sagemaker:ModelApprovalStatus sagemaker:UpdateModelPackage": "GOV-02 decides by persona",
		"sagemaker:SpaceSharingType sagemaker:DeleteApp":             "deleting shares nothing",
		"sagemaker:SpaceSharingType sagemaker:DeleteSpace":           "deleting shares nothing",
		"sagemaker:InstanceTypes sagemaker:CreateCluster":            "NET-07 withholds it",
		"sagemaker:InstanceTypes sagemaker:UpdateCluster":            "NET-07 withholds it",
	}
	for key, actions := range covered {
		if !strings.HasPrefix(key, "sagemaker:") {
			continue
		}
		for _, name := range authorization.ActionsWithKey("sagemaker", key) {
			a, _ := authorization.LookupAction(name)
			if _, ok := elsewhere[key+" "+name]; a.Mutates() && !actions[name] && !ok {
				t.Errorf("%s carries %s and no rule covers it", name, key)
			}
		}
	}
}

// A withheld action must exist, have a reason, and be granted to nobody.
func TestWithheldActions(t *testing.T) {
	seen := map[string]bool{}
	for _, w := range withheld {
		if _, ok := authorization.LookupAction(w.action); !ok {
			t.Errorf("%s does not exist", w.action)
		}
		if seen[w.action] {
			t.Errorf("%s is withheld twice", w.action)
		}
		seen[w.action] = true
		if _, ok := Lookup(w.control); !ok || w.why == "" {
			t.Errorf("%s is withheld by %q because %q", w.action, w.control, w.why)
		}
	}
	for _, p := range allPersonas() {
		for _, s := range Grants(example(), p) {
			for _, pattern := range s.Actions {
				for _, a := range authorization.Expand(pattern) {
					if seen[a.Name] {
						t.Errorf("%s is withheld and granted to %s by %s", a.Name, p, s.Sid)
					}
				}
			}
		}
	}
}
