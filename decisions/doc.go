// Package decisions proves what policies decide. Requests are data (rows), evaluated with all layers of policy that a
// synthesized assembly holds by a simulator that we did not write; every row says what must come out, and a denied one
// which control must refuse it. World is what rows are about: two environments of two projects in one account, the
// services that they share, an environment in another account, and everybody who is no persona.
//
// Generated adds the requests that follow from the catalogue: each compliant one and each single deviation. WriteDepth
// records which controls refuse a request, each on its own, so that a second layer that is lost shows. Mutants are single
// faults in the policies, and Otherwise tells which request notices another world; a fault that none notices is a
// statement that nothing proves.
//
// The simulator is a process of its own (tools/simulator), because its licence is not one that this project ships under.
package decisions
