package deployment

import (
	"cmp"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/plan"
)

// CDK is the real CDK command line, with the credentials of one account.
type CDK struct {
	emulator *Emulator
	keys     Credentials
	region   string
}

// CDK returns the command line with the credentials.
func (e *Emulator) CDK(keys Credentials, region string) CDK { return CDK{e, keys, region} }

// Run runs the command outside of the app's folder and returns what it printed, also with an error.
func (c CDK) Run(ctx context.Context, arguments ...string) (string, error) {
	cdk := filepath.Join(c.emulator.Root, "node_modules", "aws-cdk", "bin", "cdk")
	command := exec.CommandContext(ctx, "node", append([]string{cdk, "--no-notices", "--no-version-reporting", "--no-color"}, arguments...)...)
	command.Dir = c.emulator.Home
	command.Env = c.emulator.environment(c.keys, c.region)
	output, err := command.CombinedOutput()
	if err != nil {
		return string(output), fmt.Errorf("cdk %s: %w\n%s", strings.Join(arguments, " "), err, output)
	}
	return string(output), nil
}

// Bootstrap is one cdk bootstrap, of an account and region with a qualifier.
type Bootstrap struct{ Account, Region, Qualifier string }

// Bootstraps are those that the plan needs before its first deployment, in a fixed order.
func Bootstraps(p plan.Plan) []Bootstrap {
	var all []Bootstrap
	for _, s := range p.SharedServices {
		all = append(all, Bootstrap{s.Target.Account, s.Target.Region, s.Deployment.Qualifier})
	}
	for _, e := range p.Environments {
		all = append(all, Bootstrap{e.Target.Account, e.Target.Region, e.Deployment.Qualifier})
	}
	slices.SortFunc(all, func(a, b Bootstrap) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Qualifier, b.Qualifier))
	})
	return slices.Compact(all)
}

// Arguments of the command line. An account other than the deploying one trusts that one.
func (b Bootstrap) Arguments(deployer string) []string {
	arguments := []string{"bootstrap", "--qualifier", b.Qualifier}
	if b.Account != deployer {
		arguments = append(arguments, "--trust", deployer, "--cloudformation-execution-policies", "arn:aws:iam::aws:policy/AdministratorAccess")
	}
	return append(arguments, "aws://"+b.Account+"/"+b.Region)
}

// Order returns the ids of the assembly's stacks as they must be deployed: shared services first, because environments
// look them up by name.
func Order(p plan.Plan, a inventory.Assembly) (shared, environments []string) {
	names := map[string]bool{}
	for _, e := range p.Environments {
		names[e.StackName()] = true
	}
	for _, s := range a.Stacks {
		if names[s.Name] {
			environments = append(environments, s.ID)
		} else {
			shared = append(shared, s.ID)
		}
	}
	return shared, environments
}

// Changed returns which of the stacks the output of a deployment does not call unchanged.
func Changed(output string, stacks []string) []string {
	unchanged := map[string]bool{}
	for line := range strings.Lines(output) {
		words := strings.Fields(line)
		if len(words) > 2 && words[0] == "✅" && strings.HasSuffix(strings.TrimSpace(line), "(no changes)") {
			unchanged[words[1]] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(stacks), func(id string) bool { return unchanged[id] })
}
