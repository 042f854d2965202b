package decisions

import (
	"maps"
	"slices"

	"github.com/secureml/environments/controls"
)

// Controls that refuse by silence: a layer that must allow a request and holds no statement that does.
const (
	notGranted       = controls.GrantControl
	outsideBoundary  = "ISO-05"
	outsideEndpoint  = "NET-10"
	outsideS3Gateway = "NET-11"
	outsideTrust     = "ISO-08"
	outsideBucket    = "ISO-06"
	// notShared: a request from another account, to a resource without a policy that opens it.
	notShared = "GOV-04"
)

// keyControl is the control whose statements of a key policy allow the action.
func keyControl(action string) string {
	switch {
	case action == "kms:CreateGrant":
		return "ENC-08"
	case slices.Contains(controls.KeyUse(), action):
		return "ENC-07"
	}
	return "ENC-09"
}

// allowing are the results of a layer that lets a request pass.
var allowing = []string{string(Allowed), "AllowedForAccount", "NotApplicable"}

// RefusedBy returns the ids of the controls that refuse the request, in alphabetical order. Each of them would do so
// without the others: their number is how many faults an attacker needs.
func (o Outcome) RefusedBy() []string {
	if o.Decision == Allowed {
		return nil
	}
	refused := map[string]bool{}
	for _, s := range o.Statements {
		if s.Effect == "Deny" {
			refused[s.control()] = true
		}
	}
	for layer, control := range o.Query.silence() {
		if result, ok := o.Layers[layer]; ok && !slices.Contains(allowing, result) && !o.matched(layer, "Allow") {
			refused[control] = true
		}
	}
	if o.Query.crossAccount() && o.Layers["resource"] == "NotApplicable" {
		refused[notShared] = true
	}
	return slices.Sorted(maps.Keys(refused))
}

// refusedByOrganization are the controls whose statements in the organisation's policies refuse the request.
func (o Outcome) refusedByOrganization() []string {
	refused := map[string]bool{}
	for _, s := range o.Statements {
		if s.Effect == "Deny" && (s.Layer == "scp" || s.Layer == "rcp") {
			refused[s.control()] = true
		}
	}
	return slices.Sorted(maps.Keys(refused))
}

// control is the id of the control that the statement belongs to, or its Sid if it belongs to none.
func (m Matched) control() string {
	if id := controls.OfStatement(m.Sid); id != "" {
		return id
	}
	return m.Sid
}

// matched tells whether a statement of the layer matched with the effect.
func (o Outcome) matched(layer, effect string) bool {
	return slices.ContainsFunc(o.Statements, func(s Matched) bool { return s.Layer == layer && s.Effect == effect })
}

// silence is, by layer, the control that refuses the query when no statement of the layer allows it.
func (q Query) silence() map[string]string {
	silent := map[string]string{"identity": notGranted, "boundary": outsideBoundary, "endpoint": outsideEndpoint}
	if q.service() == "s3" {
		silent["endpoint"] = outsideS3Gateway
	}
	if q.byService() {
		delete(silent, "identity") // it has none
	}
	switch q.service() {
	case "kms":
		silent["resource"] = keyControl(q.Action)
	case "sts":
		silent["resource"] = outsideTrust
	default:
		// A resource of the caller's own account need not allow what an identity policy does; an AWS service has none.
		switch {
		case q.byService() && q.service() == "s3":
			silent["resource"] = outsideBucket
		case q.crossAccount():
			silent["resource"] = notShared
		}
	}
	return silent
}
