package controls

import "slices"

// Persona is what a role is for; it is the value of the role's tag secureml:persona.
type Persona string

// The personas. People assume the first group; AWS services assume the second on their behalf.
const (
	ProjectAdmin  Persona = "project-admin"
	DataScientist Persona = "data-scientist"
	ModelApprover Persona = "model-approver"
	Auditor       Persona = "auditor"
	BreakGlass    Persona = "break-glass"

	Notebook   Persona = "notebook"
	Job        Persona = "job"
	Hosting    Persona = "hosting"
	Pipeline   Persona = "pipeline"
	Monitoring Persona = "monitoring"
	// Launch provisions Service Catalog products, Guardian detects and corrects, Deployment deploys.
	Launch     Persona = "launch"
	Guardian   Persona = "guardian"
	Deployment Persona = "deployment"
	// LogDelivery writes VPC flow logs.
	LogDelivery Persona = "log-delivery"
)

// People are the personas that humans assume through federation.
func People() []Persona {
	return []Persona{ProjectAdmin, DataScientist, ModelApprover, Auditor, BreakGlass}
}

// Workers are the personas that SageMaker assumes, one role each.
func Workers() []Persona { return []Persona{Job, Hosting, Pipeline, Monitoring} }

// IsPerson tells whether humans assume the persona's role.
func (p Persona) IsPerson() bool { return slices.Contains(People(), p) }

// CallsSageMaker tells whether the persona makes SageMaker requests, and so carries the guardrail policies.
func (p Persona) CallsSageMaker() bool {
	return slices.Contains([]Persona{ProjectAdmin, DataScientist, ModelApprover, Auditor, Notebook, Pipeline}, p)
}

// The tags that every taggable resource carries, and that nobody can change once they are set.
const (
	TagProject        = "Project"
	TagEnvironment    = "Environment"
	TagCostCenter     = "CostCenter"
	TagOwner          = "Owner"
	TagClassification = "DataClassification"
	TagPersona        = "secureml:persona"
	// TagUser names the person that a profile, space, notebook or role belongs to: the person's source identity.
	TagUser = "secureml:user"
)

// protectedTags decide about access or cost.
func protectedTags() []string {
	return []string{TagProject, TagEnvironment, TagCostCenter, TagOwner, TagClassification, TagPersona, TagUser}
}
