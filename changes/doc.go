// Package changes tells what a newer cloud assembly does to what an older one has deployed: the last release against
// today's templates, or a deployed stack against those that are about to be deployed. Synthesis and validation judge
// templates as if nothing existed; here the question is what an update destroys, opens or weakens.
//
// Five classes of change are found: resources that are replaced or removed, privileges that are wider, controls that held
// and no longer do, and new ways in from or out to others. What is harmless, such as a tag or another order of a list, is
// no finding. A change of some severity is refused until it is acknowledged, with a reason, beside the change itself
// (Judge).
//
// The comparison is of resolved templates. It knows what replaces a resource from CloudFormation's specification
// (package facts), compares policies by meaning (package newaccess), and asks the Guard rules about both sides. What it
// cannot decide counts as a change, and says so. It knows templates only: not the parameters that a stack was deployed
// with, nor what was changed by hand.
package changes
