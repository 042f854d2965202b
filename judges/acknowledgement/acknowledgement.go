// Package acknowledgement says how a resource of a template answers a judge's finding: by a reason in its metadata, which
// constructs write beside the resource and package judges reads.
package acknowledgement

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// MetadataKey is the key in a resource's metadata below which its acknowledgements are.
const MetadataKey = "secureml:acknowledged"

// Acknowledgement is a reason why findings of some rules about one resource stand.
type Acknowledgement struct {
	// Rules as the judges call them: W9013 of cfn-lint and CloudFormation's validator, CT.S3.PR.3 of AWS Control Tower,
	// S3DefaultEncryptionKMS of cdk-nag's framework packs, AwsSolutions-IAM5 of cdk-nag's own, with or without the finding
	// in brackets. One finding that several judges report is acknowledged once, with the rules of all.
	Rules []string `json:"rules"`
	// Reason that an auditor is told. One sentence or two.
	Reason string `json:"reason"`
}

// Covers tells whether the acknowledgement names the rule, or the rule of which it is one finding: AwsSolutions-IAM5 covers
// AwsSolutions-IAM5[Resource::*].
func (a Acknowledgement) Covers(rule string) bool {
	for _, own := range a.Rules {
		if Names(own, rule) {
			return true
		}
	}
	return false
}

// Names tells whether name is the rule, or the rule without the finding in brackets.
func Names(name, rule string) bool { return rule == name || strings.HasPrefix(rule, name+"[") }

// Read returns the acknowledgements in a resource's metadata, none if it has none. It fails on what is not of the form,
// and on an acknowledgement without rules or reason.
func Read(metadata map[string]any) ([]Acknowledgement, error) {
	value, ok := metadata[MetadataKey]
	if !ok {
		return nil, nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	var all []Acknowledgement
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("%s must be a list of rules and reasons: %w", MetadataKey, err)
	}
	for _, a := range all {
		if len(a.Rules) == 0 || strings.TrimSpace(a.Reason) == "" {
			return nil, errors.New(MetadataKey + ": every acknowledgement needs rules and a reason")
		}
	}
	return all, nil
}
