package stacks

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/secureml/environments/plan"
)

// Assemble adds the stacks of the plan to the app.
func Assemble(app constructs.Construct, p plan.Plan) {
	for _, e := range p.Environments {
		NewProjectEnvironment(app, e)
	}
}
