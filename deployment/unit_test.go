package deployment

import (
	"slices"
	"strings"
	"testing"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/plan"
)

func TestChanged(t *testing.T) {
	output := `
✅  secureml-shared-eu-west-1 (secureml-shared) (no changes)

✅  secureml-fraud-dev
 ✅  secureml-fraud-prod (no changes)
❌  secureml-churn-dev failed to deploy (no changes)
`
	stacks := []string{"secureml-shared-eu-west-1", "secureml-fraud-dev", "secureml-fraud-prod", "secureml-churn-dev", "secureml-fraud-pr"}
	want := []string{"secureml-fraud-dev", "secureml-churn-dev", "secureml-fraud-pr"}
	if got := Changed(output, stacks); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestFailures(t *testing.T) {
	e := Emulator{lines: strings.Split(`127.0.0.1 - - "POST / HTTP/1.1" 200 -
Traceback (most recent call last):
  File "a.py", line 1, in f
    g()
  File "b.py", line 2, in g
    raise KeyError("TagKey")
KeyError: 'TagKey'
127.0.0.1 - - "POST / HTTP/1.1" 500 -`, "\n")}
	want := `the emulator failed: KeyError: 'TagKey' (File "b.py", line 2, in g)`
	if err := e.Failures(); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if err := (&Emulator{lines: e.lines[:1]}).Failures(); err != nil {
		t.Errorf("no failure: got %v", err)
	}
}

func TestUnsupported(t *testing.T) {
	e := Emulator{lines: []string{unsupported + "AWS::S3::BucketPolicy", "other", unsupported + "AWS::Budgets::Budget", unsupported + "AWS::S3::BucketPolicy"}}
	if got := e.Unsupported(); !slices.Equal(got, []string{"AWS::Budgets::Budget", "AWS::S3::BucketPolicy"}) {
		t.Errorf("got %v", got)
	}
}

func TestBootstraps(t *testing.T) {
	organization, err := config.Load("../examples/multi-account.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range Bootstraps(plan.New(organization)) {
		got = append(got, strings.Join(b.Arguments("111122223333"), " "))
	}
	trusting := "bootstrap --qualifier acmeml --trust 111122223333 --cloudformation-execution-policies arn:aws:iam::aws:policy/AdministratorAccess aws://"
	want := []string{
		"bootstrap --qualifier acmeml aws://111122223333/eu-west-1", "bootstrap --qualifier acmeml aws://111122223333/us-east-1",
		trusting + "444455556666/eu-west-1", trusting + "777788889999/eu-west-1", trusting + "777788889999/us-east-1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

func TestStatementsAreReadFromEveryForm(t *testing.T) {
	want := []string{"NET08", "NET12"}
	for name, value := range map[string]any{
		"value": map[string]any{"Statement": []any{map[string]any{"Sid": "NET12"}, map[string]any{"Sid": "NET08"}}},
		"text":  `{"Statement":[{"Sid":"NET08"},{"Sid":"NET12"}]}`,
		"URL":   "%7B%22Statement%22%3A%5B%7B%22Sid%22%3A%22NET08%22%7D%2C%7B%22Sid%22%3A%22NET12%22%7D%5D%7D",
	} {
		if got := statements(value); !slices.Equal(got, want) {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestMissing(t *testing.T) {
	d := Deployed{
		Stack:    inventory.Stack{Template: inventory.Template{Resources: map[string]inventory.Resource{"A": {Type: "AWS::X::A"}, "B": {Type: "AWS::X::B"}}}},
		Physical: map[string]string{"A": "a-1"},
	}
	value := map[string]any{"Fn::Join": []any{"", []any{map[string]any{"Ref": "A"}, map[string]any{"Fn::GetAtt": []any{"B", "Arn"}}, "text"}}}
	if got := d.Missing(value); !slices.Equal(got, []string{"AWS::X::B"}) {
		t.Errorf("got %v", got)
	}
}

func TestReport(t *testing.T) {
	r := NewReport()
	r.declared["AWS::X::A"], r.created["AWS::X::A"] = 2, 1
	r.declared["AWS::X::B"] = 1
	r.right["AWS::X::A Tags"], r.wrong["AWS::X::A Tags"] = 1, 1
	r.wrong["AWS::X::A Path"] = 1
	want := "created  AWS::X::A\nskipped  AWS::X::B\nwrong    AWS::X::A Path\npartly   AWS::X::A Tags\n"
	if got := r.Kinds(); got != want {
		t.Errorf("got\n%s", got)
	}
	if got := r.Incomplete(); !slices.Equal(got, []string{"AWS::X::A: 1 of 2"}) {
		t.Errorf("incomplete: %v", got)
	}
}
