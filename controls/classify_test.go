package controls

import (
	"testing"

	"github.com/secureml/environments/policy/authorization"
)

// Every action that could matter is classified for every persona. An action that a later reference adds fails here by
// name until somebody has decided about it.
func TestEveryActionIsClassified(t *testing.T) {
	classifier := NewClassifier(example())
	counts := map[string]int{}
	for service, matters := range Classified() {
		for _, a := range authorization.Actions(service) {
			if !matters(a) {
				continue
			}
			counts[service]++
			for _, p := range allPersonas() {
				class, err := classifier.Classify(p, a.Name)
				if err != nil {
					t.Error(err)
					break
				}
				if !class.Granted && class.Why == "" {
					t.Errorf("%s is not granted to %s without a reason", a.Name, p)
				}
			}
		}
	}
	if counts["sagemaker"] < 449 || counts["iam"] < 100 || counts["ec2"] < 8 {
		t.Errorf("too few actions looked at: %v", counts)
	}
	t.Logf("actions classified: %v", counts)
}

// A list that has grown old: an action that is gone, or that is granted or withheld after all.
func TestUngrantedIsUpToDate(t *testing.T) {
	classifier := NewClassifier(example())
	for action, why := range ungranted() {
		if _, ok := authorization.LookupAction(action); !ok {
			t.Errorf("%s is listed and does not exist", action)
		}
		if why == "" {
			t.Errorf("%s is listed without a reason", action)
		}
		if holders := classifier.holders[action]; len(holders) > 0 {
			t.Errorf("%s is listed as granted to nobody and granted to %v", action, holders)
		}
		for _, w := range withheld {
			if w.action == action {
				t.Errorf("%s is listed and withheld by %s", action, w.control)
			}
		}
	}
}

func TestClassify(t *testing.T) {
	classifier := NewClassifier(example())
	for _, c := range []struct {
		persona Persona
		action  string
		granted bool
		why     string
	}{
		{Notebook, "sagemaker:CreateTrainingJob", true, ""},
		{Job, "sagemaker:CreateTrainingJob", false, "it is for notebook, pipeline"},
		{Notebook, "sagemaker:CreateCluster", false, longLived},
		{ModelApprover, "sagemaker:DeleteTags", false, "ISO-03: tags that decide about access are not taken away."},
	} {
		got, err := classifier.Classify(c.persona, c.action)
		if err != nil || got.Granted != c.granted || got.Why != c.why {
			t.Errorf("%s for %s: %+v, %v", c.action, c.persona, got, err)
		}
	}
	if class, _ := classifier.Classify(Notebook, "sagemaker:CreateTrainingJob"); len(class.Controls) < 8 || len(class.By) == 0 {
		t.Errorf("CreateTrainingJob is looked at by %v and granted by %v only", class.Controls, class.By)
	}
	if _, err := classifier.Classify(Notebook, "sagemaker:CreateSomethingNew"); err == nil {
		t.Error("an action that nobody has thought about is classified")
	}
}
