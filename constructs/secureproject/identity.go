package secureproject

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/constructs/internal/rendering"
	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/policy"
)

// boundary makes the permissions boundary that every role carries (ISO-05).
func (b *builder) boundary() {
	b.boundaryPolicy = b.managedPolicy("Boundary", "boundary", controls.Boundary(b.env))
	rendering.AcknowledgeBoundary(b.boundaryPolicy, "AwsSolutions-IAM5", "IAMPolicyNoStatementsWithFullAccess", "CT.IAM.PR.3")
}

// guardrails makes the deny policies that every persona calling SageMaker carries.
func (b *builder) guardrails() {
	b.guardrailPolicies = b.managedPolicies("Guardrails", "guardrails", controls.Guardrails(b.env))
}

// people makes the roles that humans sign in to.
func (b *builder) people() {
	for _, p := range controls.People() {
		b.role(p)
	}
}

// workers makes the roles that SageMaker takes on.
func (b *builder) workers() {
	for _, p := range controls.Workers() {
		b.role(p)
	}
}

// users makes a notebook role for each data scientist (GOV-06). The roles share the persona's policies, so a new user
// adds one role and changes nothing else.
func (b *builder) users() {
	if !b.in.Interactive {
		return
	}
	shared := b.personaPolicies(controls.Notebook)
	for _, u := range b.in.Users {
		name := b.env.UserRoleName(u.Name)
		role := awsiam.NewCfnRole(b.scope, jsii.String("NotebookRole-"+u.Name), &awsiam.CfnRoleProps{
			RoleName: jsii.String(name), Path: jsii.String(b.env.RolePath()),
			AssumeRolePolicyDocument: controls.TrustPolicy(b.env, controls.Notebook).Render(),
			PermissionsBoundary:      b.boundaryPolicy, ManagedPolicyArns: shared,
			Policies: []any{&awsiam.CfnRole_PolicyProperty{
				PolicyName: jsii.String("own"), PolicyDocument: policy.Document{Statements: controls.UserGrants(b.env, u.Name)}.Render(),
			}},
			Tags: rendering.Tags(map[string]string{controls.TagPersona: string(controls.Notebook), controls.TagUser: u.Identity}),
		})
		rendering.Acknowledge(role, rendering.Because("Only this role's own name is in it; a managed policy for each user would double the resources.", "IAMNoInlinePolicy"))
		b.built.UserRoleNames[u.Name] = name
	}
}

const (
	// longSession is a working day's half; a person then signs in again. shortSession is the least that IAM takes.
	longSession, shortSession = 4 * 3600, 3600
)

// role makes the persona's role with its own policies, the guardrails if it calls SageMaker, and the boundary.
func (b *builder) role(p controls.Persona) awsiam.CfnRole {
	session := shortSession
	if p.IsPerson() && p != controls.BreakGlass {
		session = longSession
	}
	b.built.RoleNames[p] = b.env.RoleName(p)
	role := awsiam.NewCfnRole(b.scope, jsii.String(rendering.ConstructID(string(p))+"Role"), &awsiam.CfnRoleProps{
		RoleName: jsii.String(b.env.RoleName(p)), Path: jsii.String(b.env.RolePath()), MaxSessionDuration: jsii.Number(session),
		AssumeRolePolicyDocument: controls.TrustPolicy(b.env, p).Render(),
		PermissionsBoundary:      b.boundaryPolicy, ManagedPolicyArns: b.personaPolicies(p),
		Tags: rendering.Tags(map[string]string{controls.TagPersona: string(p)}),
	})
	b.roleARNs[p] = *role.AttrArn()
	return role
}

// personaPolicies makes the persona's policies and returns them with the guardrails that it carries.
func (b *builder) personaPolicies(p controls.Persona) *[]any {
	own := b.managedPolicies(rendering.ConstructID(string(p)), string(p), controls.PersonaPolicy(b.env, p))
	if p.CallsSageMaker() {
		own = append(own, b.guardrailPolicies...)
	}
	out := make([]any, len(own))
	for i, policy := range own {
		out[i] = policy
	}
	return &out
}

// managedPolicies makes as few policies as hold the statements.
func (b *builder) managedPolicies(id, name string, statements []policy.Statement) []awsiam.CfnManagedPolicy {
	documents, err := policy.Pack(statements, policy.ManagedPolicyLimit, b.lengths.Measure)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", name, err)) // the catalogue's tests keep every statement within the limit
	}
	policies := make([]awsiam.CfnManagedPolicy, len(documents))
	for i, d := range documents {
		policies[i] = b.managedPolicy(fmt.Sprintf("%s%d", id, i+1), fmt.Sprintf("%s-%d", name, i+1), d)
	}
	return policies
}

func (b *builder) managedPolicy(id, name string, document policy.Document) awsiam.CfnManagedPolicy {
	return awsiam.NewCfnManagedPolicy(b.scope, jsii.String(id+"Policy"), &awsiam.CfnManagedPolicyProps{
		ManagedPolicyName: jsii.String(b.name() + "-" + name), Path: jsii.String(b.env.RolePath()), PolicyDocument: document.Render(),
	})
}
