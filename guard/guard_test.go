package guard_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/facts"
	"github.com/secureml/environments/guard"
	"github.com/secureml/environments/guard/language"
)

func TestRulesAreThoseOfTheCatalogue(t *testing.T) {
	var want []string
	for _, c := range controls.Catalogue() {
		for _, rule := range c.Template {
			want = append(want, rule)
			if guard.Control(rule) != c.ID {
				t.Errorf("%s names the rule %s, whose name names %s", c.ID, rule, guard.Control(rule))
			}
		}
	}
	have := guard.RuleNames()
	slices.Sort(want)
	slices.Sort(have)
	for _, rule := range want {
		if !slices.Contains(have, rule) {
			t.Errorf("%s is in the catalogue and not in the file", rule)
		}
	}
	for _, rule := range have {
		if !slices.Contains(want, rule) {
			t.Errorf("%s is in the file and not in the catalogue", rule)
		}
	}
	if len(have) != len(slices.Compact(have)) {
		t.Error("a rule is there twice")
	}
}

// TestRulesExplainThemselves: above every rule stand its control's id and, for the first rule of a control, the title
// and a sentence; every message names the control, what is wrong and what to change.
func TestRulesExplainThemselves(t *testing.T) {
	file, err := language.Parse(guard.Rules())
	if err != nil {
		t.Fatal(err)
	}
	message := regexp.MustCompile(`^[A-Z]{3}-[0-9]{2}: [^;]+; [^;]+$`)
	for _, rule := range guard.RuleNames() {
		id := guard.Control(rule)
		control, ok := controls.Lookup(id)
		if !ok {
			t.Errorf("%s: there is no control %s", rule, id)
		}
		above := commentAbove(guard.Rules(), rule)
		if len(above) == 0 || !strings.HasPrefix(above[0], "# "+id+" ") {
			t.Errorf("%s: no comment with %s stands above it", rule, id)
			continue
		}
		if first := control.Template[0] == rule; first && (above[0] != "# "+id+" "+control.Title || len(above) < 2) {
			t.Errorf("%s: the comment is %q, want the title %q and a sentence", rule, above, control.Title)
		}
		messages := file.Messages(rule)
		if len(messages) == 0 {
			t.Errorf("%s has no message", rule)
		}
		for _, m := range messages {
			if !message.MatchString(m) || !strings.HasPrefix(m, id+": ") {
				t.Errorf("%s: the message %q is not of the form %q", rule, m, id+": what is wrong; what to change")
			}
		}
	}
}

// TestEveryCheckHasAMessage: a check without one would be reported by its path alone.
func TestEveryCheckHasAMessage(t *testing.T) {
	for n, line := range strings.Split(guard.Rules(), "\n") {
		text := strings.TrimSpace(line)
		isCheck := strings.HasPrefix(text, "%") || strings.HasPrefix(text, "Resources.")
		opensBlock := strings.HasSuffix(text, "{") || strings.HasSuffix(text, "[") || strings.HasSuffix(text, " or")
		if !isCheck || opensBlock || strings.Contains(text, "<<") {
			continue
		}
		if next := strings.TrimSpace(strings.Split(guard.Rules(), "\n")[n+1]); !strings.HasPrefix(next, "<<") {
			t.Errorf("line %d: %s has no message", n+1, text)
		}
	}
}

func commentAbove(text, rule string) []string {
	var above []string
	for _, line := range strings.Split(text, "\n") {
		switch {
		case strings.HasPrefix(line, "rule "+rule+" "):
			return above
		case strings.HasPrefix(line, "#"):
			above = append(above, line)
		default:
			above = nil
		}
	}
	return nil
}

// TestLocalStorage ties the instance types that need no key to the facts.
func TestLocalStorage(t *testing.T) {
	hosting := func(instanceType string) map[string]any {
		return map[string]any{"FastHosting": map[string]any{"Properties": map[string]any{
			"ProductionVariants": []any{map[string]any{"InstanceType": instanceType}},
		}}}
	}
	types := []string{"ml.m5.large", "ml.c5.xlarge", "ml.r5.large", "ml.t2.medium", "ml.p3.2xlarge", "ml.inf1.xlarge", "ml.inf2.xlarge", "ml.c7g.large"}
	for _, family := range facts.LocalStorageFamilies() {
		types = append(types, family+".xlarge")
	}
	for _, name := range types {
		outcome := check(t, compliant(t, hosting(name)))["ENC01_endpoint_config_key"].Outcome
		if needless := outcome == guard.Obeyed; needless != facts.HasLocalStorage(name) {
			t.Errorf("%s: without a key the rule is %s; local storage: %v", name, outcome, facts.HasLocalStorage(name))
		}
	}
}

func TestCheckRefusesWhatIsNoTemplate(t *testing.T) {
	if _, err := guard.Check([]byte("Resources:")); err == nil || !strings.Contains(err.Error(), "not valid JSON") {
		t.Errorf("error %v", err)
	}
}

func TestControl(t *testing.T) {
	for rule, want := range map[string]string{"NET15_no_route_out": "NET-15", "": "", "NET": ""} {
		if got := guard.Control(rule); got != want {
			t.Errorf("Control(%q) = %q, want %q", rule, got, want)
		}
	}
}
