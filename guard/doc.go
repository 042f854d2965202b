// Package guard holds the rules that every CloudFormation template of an environment must obey, and checks templates
// with them.
//
// The rules are in secureml.guard, in the language of AWS CloudFormation Guard 3, so that others can use them on
// templates of their own with cfn-guard. Each rule belongs to a control of the catalogue; its name begins with the
// control's id.
//
// Check evaluates the rules in Go (package language), with the meaning that cfn-guard 3.1 gives them; a test runs every
// canary through both and compares. Package validation lets the CDK run the check at each synthesis.
//
// Why not the Guard support of the CDK's own validator (CloudFormationValidatePluginProps.GuardRules)? In
// @aws/cloudformation-validate 1.9.0-beta, which aws-cdk-lib 2.270 carries, it translates Guard to Rego and changes the
// meaning on the way:
//
//	A or B                          both are demanded
//	Properties.X exists             never true, whatever X is
//	Properties.X == 'a'             holds when X is missing
//	Properties.X == /a/             compares with the text "a"
//	Properties.List[*].X == 'a'     always holds; so does every check of an element of a list
//	DeletionPolicy == 'Retain'      always holds, as with every comparison outside Properties
//	when conditions, filters        mostly ignored, but for a filter by Type
//	%selection empty                always holds
//	let x = %selection.Y            the file is refused
//
// Later sources of that validator evaluate Guard with Guard's own evaluator. Once the CDK carries such a release, the
// rules can be handed to it as they are; TestBuiltInGuardIsPartial in package validation fails on that day.
package guard
