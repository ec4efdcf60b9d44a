"""A message goes once around all ranks, as in examples/ring.ts: measured from launch to exit."""

from mpi4py import MPI

world = MPI.COMM_WORLD
rank = world.Get_rank()
size = world.Get_size()
print(f"I am rank {rank} of {size} on node {MPI.Get_processor_name()}")

following = (rank + 1) % size
previous = (rank - 1) % size
if rank == 0:
    request = world.isend("P0", following)
    message = world.recv(source=previous)
    request.wait()
    print(f'Processor 0 received message "{message}" from rank {previous}')
else:
    message = world.recv(source=previous)
    world.send(f"{message}P{rank}", following)
