package decisions_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/decisions"
	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/policy"
)

// inOrganization is the world with the organisation's policies attached, packed as they are written for AWS.
func inOrganization(t *testing.T) decisions.World {
	t.Helper()
	w, err := world()
	if err != nil {
		t.Fatal(err)
	}
	o := controls.Organization{ID: "o-a1b2c3d4e5", Environments: []controls.Environment{factsOf(t, "alpha"), factsOf(t, "beta")}}
	account, err := controls.AccountServiceControl(o, w.Own.Account)
	if err != nil {
		t.Fatal(err)
	}
	w.OrganizationID = o.ID
	w.Organization = append(packed(t, "organisation", controls.ServiceControl(o)), packed(t, "account", account)...)
	w.ResourceControl = packed(t, "resources", controls.ResourceControl(o))
	return w
}

func packed(t *testing.T, name string, statements []policy.Statement) []inventory.Document {
	t.Helper()
	documents, err := policy.Pack(statements, policy.ServiceControlLimit, policy.Literal)
	if err != nil {
		t.Fatal(err)
	}
	var out []inventory.Document
	for i, d := range documents {
		out = append(out, inventory.Document{Name: fmt.Sprintf("%s %d", name, i+1), JSON: []byte(d.JSON())})
	}
	return out
}

// inside holds the outcomes inside the organisation, each set decided once.
var inside = map[string][]decisions.Outcome{}

// takenAway are the outcomes, inside the organisation, of all requests that are allowed outside it.
func takenAway(t *testing.T) []decisions.Outcome {
	t.Helper()
	if known := inside["taken away"]; known != nil {
		return known
	}
	rows, err := decisions.Rows()
	if err != nil {
		t.Fatal(err)
	}
	allowed := slices.DeleteFunc(slices.Concat(rows, decisions.Generated(factsOf(t, "alpha"))), func(r decisions.Row) bool { return r.Expect != "allow" })
	outcomes, err := decisions.Evaluate(simulator(t), inOrganization(t), allowed)
	if err != nil {
		t.Fatal(err)
	}
	inside["taken away"] = outcomes
	return outcomes
}

// added are the outcomes of the rows about what the organisation's policies add.
func added(t *testing.T) []decisions.Outcome {
	t.Helper()
	if known := inside["added"]; known != nil {
		return known
	}
	rows, err := decisions.OrganizationRows()
	if err != nil {
		t.Fatal(err)
	}
	facts := factsOf(t, "alpha")
	outcomes, err := decisions.Evaluate(simulator(t), inOrganization(t),
		slices.Concat(rows, decisions.GeneratedForAdministrators(facts), decisions.GeneratedForDeployment(facts)))
	if err != nil {
		t.Fatal(err)
	}
	inside["added"] = outcomes
	return outcomes
}

// The organisation's policies take nothing away from personas, deployment and AWS's services that they may do without
// them. They hold denies only, so what is denied without them need not be asked again.
func TestOrganizationTakesNothingAway(t *testing.T) {
	outcomes := takenAway(t)
	for _, o := range outcomes {
		if !o.AsExpected() {
			t.Error(o.Explain())
		}
	}
	if len(outcomes) < 700 {
		t.Errorf("only %d requests are allowed", len(outcomes))
	}
	t.Logf("%d requests", len(outcomes))
}

// What the organisation's policies add, for roles with all rights and for what the environments rest on.
func TestOrganizationRows(t *testing.T) {
	outcomes, allowed := added(t), 0
	for _, o := range outcomes {
		if !o.AsExpected() {
			t.Error(o.Explain())
		}
		if o.Row.Expect == "allow" {
			allowed++
		}
	}
	t.Logf("%d requests, %d of them allowed", len(outcomes), allowed)
	if len(outcomes) < 800 || allowed < 40 {
		t.Error("rows are missing")
	}
}

// A fault in the organisation's policies must show too.
func TestOrganizationMutantsAreNoticed(t *testing.T) {
	w := inOrganization(t)
	checkMutants(t, w.OrganizationMutants(), slices.Concat(added(t), takenAway(t)), 300)
}
