"""Links between schools: predecessors and successors."""
