// Package decisions proves what policies decide. Requests are data (rows), evaluated with all layers of policy that a
// synthesized assembly holds by a simulator that we did not write; every row says what must come out.
//
// The simulator is a process of its own (tools/simulator), because its licence is not one that this project ships under.
package decisions
