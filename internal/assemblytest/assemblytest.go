// Package assemblytest synthesizes configurations for tests of packages that look at what comes out.
package assemblytest

import (
	"os"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/plan"
	"github.com/secureml/environments/stacks"
)

// Synthesize plans and synthesizes the configuration file. The assembly is in memory; its folder is gone.
func Synthesize(file string) (plan.Plan, inventory.Assembly, error) {
	organization, err := config.Load(file)
	if err != nil {
		return plan.Plan{}, inventory.Assembly{}, err
	}
	p := plan.New(organization)
	assembly, err := Assemble(p)
	return p, assembly, err
}

// Assemble synthesizes the plan. The assembly is in memory; its folder is gone.
func Assemble(p plan.Plan) (inventory.Assembly, error) {
	directory, err := os.MkdirTemp("", "assembly")
	if err != nil {
		return inventory.Assembly{}, err
	}
	defer os.RemoveAll(directory)
	if _, err := stacks.Synthesize(p, directory); err != nil {
		return inventory.Assembly{}, err
	}
	return inventory.Read(directory)
}

// Views resolves all stacks of the assembly, for the account and region where a stack leaves them open.
func Views(a inventory.Assembly, account, region string) ([]inventory.View, error) {
	var views []inventory.View
	for _, s := range a.Stacks {
		v, err := inventory.NewView(s, account, region)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	return views, nil
}
