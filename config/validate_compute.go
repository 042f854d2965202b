package config

import (
	"time"

	"github.com/secureml/environments/facts"
)

// Limits of jobs.
const (
	minRuntime  = time.Minute
	maxRuntime  = 120 * time.Hour
	maxWarmPool = time.Hour // KeepAlivePeriodInSeconds of a training job
)

func (c Compute) validate(r *report, at path) {
	checkInstanceTypes(r, at.field("training"), c.Training, facts.Training, "training jobs")
	checkInstanceTypes(r, at.field("processing"), c.Processing, facts.Processing, "processing jobs")
	checkInstanceTypes(r, at.field("hosting"), c.Hosting, facts.Hosting, "endpoints")
	workbench := at.field("workbench")
	checkTypeList(r, workbench, c.Workbench)
	for i, name := range c.Workbench {
		if item := workbench.item(i); r.given(item) && !isWorkbenchType(name) {
			r.add(item, "%s is not an instance type of Studio or notebook instances; %s",
				show(name), nearType(name, facts.Studio, "use one such as ml.t3.medium"))
		}
	}
	checkDuration(r, at.field("maxRuntime"), c.MaxRuntime, minRuntime, maxRuntime)
	checkDuration(r, at.field("warmPool"), c.WarmPool, 0, maxWarmPool)
}

// isWorkbenchType tells whether any kind of workbench takes an instance type.
func isWorkbenchType(name string) bool {
	return facts.IsInstanceType(facts.Studio, name) || facts.IsInstanceType(facts.Notebook, name)
}

func checkInstanceTypes(r *report, at path, names []string, use facts.Use, jobs string) {
	checkTypeList(r, at, names)
	for i, name := range names {
		if item := at.item(i); r.given(item) && !facts.IsInstanceType(use, name) {
			r.add(item, "%s is not an instance type of %s; %s",
				show(name), jobs, nearType(name, use, "use one such as ml.m5.large"))
		}
	}
}

func checkTypeList(r *report, at path, names []string) {
	checkList(r, at, names, "name at least one instance type, or remove the field for the default")
	checkCount(r, at, len(names), maxInstanceTypes, "instance types")
}

// nearType suggests the nearest instance type of a use. EC2's names lack the prefix of SageMaker's.
func nearType(name string, use facts.Use, otherwise string) string {
	if withPrefix := "ml." + name; facts.IsInstanceType(use, withPrefix) {
		return "did you mean " + withPrefix + "?"
	}
	return didYouMean(name, facts.InstanceTypes(use), otherwise)
}

func checkDuration(r *report, at path, value Duration, low, high time.Duration) {
	if r.given(at) && (time.Duration(value) < low || time.Duration(value) > high) {
		r.add(at, "%s is out of range; use %s to %s", value, Duration(low), Duration(high))
	}
}
