package assemblytest

import (
	"fmt"
	"slices"

	"github.com/secureml/environments/decisions"
	"github.com/secureml/environments/facts"
	"github.com/secureml/environments/inventory"
)

// World makes a world of three of the assembly's stacks, by their names: an environment, another one, and the shared
// services. The account and region are those of stacks that leave them open.
func World(a inventory.Assembly, own, other, account, region string) (decisions.World, error) {
	var views []inventory.View
	for _, name := range []string{own, other, "secureml-shared"} {
		i := slices.IndexFunc(a.Stacks, func(s inventory.Stack) bool { return s.Name == name })
		if i < 0 {
			return decisions.World{}, fmt.Errorf("no stack is called %s", name)
		}
		v, err := inventory.NewView(a.Stacks[i], account, region)
		if err != nil {
			return decisions.World{}, err
		}
		views = append(views, v)
	}
	known, ok := facts.LookupRegion(region)
	if !ok {
		return decisions.World{}, fmt.Errorf("no facts about %s", region)
	}
	return decisions.NewWorld(views[0], views[1], views[2],
		decisions.Surroundings{CorporateAddress: "203.0.113.9", ImageRegistry: known.ImageRegistries[0]}), nil
}
